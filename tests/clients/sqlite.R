# Count the rows of every table and view of the SQLite file, as an R user would open it.
suppressPackageStartupMessages({
  library(DBI)
  library(jsonlite)
})
connection <- dbConnect(RSQLite::SQLite(), commandArgs(trailingOnly = TRUE)[1])
count <- function(name) dbGetQuery(connection, sprintf('SELECT count(*) FROM "%s"', name))[[1]]
cat(toJSON(sapply(dbListTables(connection), count, simplify = FALSE), auto_unbox = TRUE))
dbDisconnect(connection)
