# Read every table of an unpacked release by its descriptor, as an R user would, and print for each
# table its number of rows and, for each column, its class and the number of missing values.
suppressPackageStartupMessages({
  library(jsonlite)
  library(readr)
})
root <- commandArgs(trailingOnly = TRUE)[1]
descriptor <- fromJSON(file.path(root, "datapackage.json"), simplifyVector = FALSE)

column <- function(field) {
  enum <- field$constraints$enum
  if (field$type == "string" && !is.null(enum)) {
    return(col_factor(levels = unlist(enum)))
  }
  switch(field$type,
    string = col_character(), number = col_double(), integer = col_integer(),
    boolean = col_logical(), date = col_date()
  )
}

read_table <- function(resource) {
  fields <- fromJSON(file.path(root, resource$schema), simplifyVector = FALSE)$fields
  types <- setNames(lapply(fields, column), vapply(fields, `[[`, "", "name"))
  table <- read_csv(file.path(root, resource$path),
    col_types = do.call(cols, types), na = "", progress = FALSE, name_repair = "minimal"
  )
  stopifnot(nrow(problems(table)) == 0)
  list(
    rows = nrow(table),
    classes = lapply(table, function(x) class(x)[1]),
    missing = lapply(table, function(x) sum(is.na(x)))
  )
}

tables <- lapply(descriptor$resources, read_table)
names(tables) <- vapply(descriptor$resources, `[[`, "", "name")
cat(toJSON(tables, auto_unbox = TRUE))
