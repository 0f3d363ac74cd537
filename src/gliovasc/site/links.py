"""Addresses outside the site: publications, registers and databases."""

from __future__ import annotations

from gliovasc.site.records import Row

CHEBI = "https://www.ebi.ac.uk/chebi/searchId.do?chebiId="
CHEMBL = "https://www.ebi.ac.uk/chembl/explore/compound/"
HGNC = "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/"
NCIT = "https://ncit.nci.nih.gov/ncitbrowser/ConceptReport.jsp?dictionary=NCI_Thesaurus&code="
REFERENCE = (
    ("doi", "DOI", "https://doi.org/"),
    ("pmid", "PubMed", "https://pubmed.ncbi.nlm.nih.gov/"),
    ("pmcid", "PMC", "https://pmc.ncbi.nlm.nih.gov/articles/"),
)
# Column, name of the database, and what stands before the identifier.
ENTITY = (
    ("nct_id", "ClinicalTrials.gov", "https://clinicaltrials.gov/study/"),
    ("hgnc_id", "HGNC", HGNC),
    ("ncbi_gene_id", "NCBI Gene", "https://www.ncbi.nlm.nih.gov/gene/"),
    ("ensembl_gene_id", "Ensembl", "https://www.ensembl.org/id/"),
    ("uniprot_id", "UniProt", "https://www.uniprot.org/uniprotkb/"),
    ("mirbase_id", "miRBase", "https://www.mirbase.org/hairpin/"),
    ("chebi_id", "ChEBI", CHEBI),
    ("chembl_id", "ChEMBL", CHEMBL),
    ("drugbank_id", "DrugBank", "https://go.drugbank.com/drugs/"),
    ("pubchem_cid", "PubChem", "https://pubchem.ncbi.nlm.nih.gov/compound/"),
    ("unii", "UNII", "https://precision.fda.gov/uniisearch/srs/unii/"),
    ("ncit_id", "NCIt", NCIT),
)


def of_reference(row: Row) -> list[tuple[str, str]]:
    """Name and address of each place where a reference can be read; its page if nowhere else."""
    known = [(name, start + row[column]) for column, name, start in REFERENCE if row[column]]
    registry = row["registry_id"]
    if registry.startswith("NCT"):
        known.append((registry, f"https://clinicaltrials.gov/study/{registry}"))
    # The address comes from a table: anything but a web page stays text.
    if not known and row["url"].startswith(("https://", "http://")):
        known.append(("web", row["url"]))
    return known


def of_entity(row: Row) -> list[tuple[str, str, str]]:
    """Database, identifier and address of each identifier of an agent, molecule or trial."""
    return [
        (name, row[column], start + row[column])
        for column, name, start in ENTITY
        if row.get(column)
    ]
