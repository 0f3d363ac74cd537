# Citations of the dataset and of the studies behind rows, as a character vector.
gliovasc_cite <- function(rows = character()) {
  keys <- if (is.data.frame(rows)) rows[["reference_id"]] else rows
  if (is.null(keys)) {
    stop("the rows have no column reference_id; cite rows of a table that has it")
  }
  keys <- sort(unique(as.character(keys[!is.na(keys)])), method = "radix")
  known <- gliovasc::references
  unknown <- setdiff(keys, known$reference_id)
  if (length(unknown)) {
    stop("no reference ", unknown[1], "; take keys from the table references")
  }
  dataset <- attr(unclass(utils::citation("gliovasc"))[[1]], "textVersion")
  chosen <- known[match(keys, known$reference_id), ]
  c(dataset, vapply(seq_along(keys), function(i) reference_line(chosen[i, ]), ""))
}

# One reference as a line of text.
reference_line <- function(reference) {
  cell <- function(name) {
    value <- reference[[name]]
    if (is.na(value)) "" else as.character(value)
  }
  place <- cell("year")
  if (nzchar(cell("volume"))) {
    issue <- if (nzchar(cell("issue"))) paste0("(", cell("issue"), ")") else ""
    pages <- if (nzchar(cell("pages"))) paste0(":", cell("pages")) else ""
    place <- paste0(place, ";", cell("volume"), issue, pages)
  }
  names <- gsub("; ", ", ", cell("authors"), fixed = TRUE)
  parts <- c(names, cell("title"), cell("container_title"), place, identifiers(cell))
  paste0(paste(sub("\\.+$", "", parts[nzchar(parts)]), collapse = ". "), ".")
}

# DOI, PMID and PMCID of a reference, or else its registry number or address.
identifiers <- function(cell) {
  values <- vapply(c(DOI = "doi", PMID = "pmid", PMCID = "pmcid"), cell, "")
  found <- paste(names(values), values)[nzchar(values)]
  if (length(found)) {
    return(found)
  }
  other <- vapply(c("registry_id", "url"), cell, "")
  unname(other[nzchar(other)][1][any(nzchar(other))])
}
