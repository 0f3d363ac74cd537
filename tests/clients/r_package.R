# Write every table of the installed R package as CSV into a folder, and print classes of columns,
# the citation, and what gliovasc_cite says of the first effects.
suppressPackageStartupMessages(library(jsonlite))
arguments <- commandArgs(trailingOnly = TRUE)
library(gliovasc, lib.loc = arguments[1])

tables <- data(package = "gliovasc", lib.loc = arguments[1])$results[, "Item"]
for (name in tables) {
  write.csv(get(name), file.path(arguments[2], paste0(name, ".csv")),
    row.names = FALSE, na = "", fileEncoding = "UTF-8"
  )
}
cat(toJSON(list(
  classes = setNames(lapply(tables, function(name) lapply(get(name), class)), tables),
  levels = levels(effects$endpoint),
  citation = format(citation("gliovasc", lib.loc = arguments[1]), style = "text"),
  cited = gliovasc_cite(effects[1:3, ]),
  everything = gliovasc_cite(references)
), auto_unbox = TRUE))
