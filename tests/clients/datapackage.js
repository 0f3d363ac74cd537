// Count the rows of every table of an unpacked release by its descriptor, cells cast to their types.
const { Package } = require('datapackage')

async function main () {
  const package_ = await Package.load(process.argv[2])
  const counts = {}
  for (const resource of package_.resources) {
    counts[resource.name] = (await resource.read({ relations: false })).length
  }
  console.log(JSON.stringify(counts))
}

main().catch(error => {
  console.error(error.errors || error)
  process.exit(1)
})
