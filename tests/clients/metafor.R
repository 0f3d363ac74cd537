# Meta-analyse the pairs of estimates and standard errors given as JSON, with metafor as the oracle.
suppressPackageStartupMessages({
  library(jsonlite)
  library(metafor)
})
sets <- fromJSON(commandArgs(trailingOnly = TRUE)[1], simplifyVector = TRUE)
bcg <- escalc(
  measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg
)
sets$bcg <- list(estimates = as.numeric(bcg$yi), errors = sqrt(as.numeric(bcg$vi)))

analyse <- function(set) {
  precise <- list(threshold = 1e-12, maxiter = 10000)
  fit <- rma(yi = set$estimates, sei = set$errors, method = "REML", test = "knha", control = precise)
  fixed <- rma(yi = set$estimates, sei = set$errors, method = "FE")
  ahead <- predict(fit)
  list(
    estimates = set$estimates, errors = set$errors,
    estimate = fit$b[1], standard_error = fit$se, lower = fit$ci.lb, upper = fit$ci.ub,
    p_value = fit$pval, tau2 = fit$tau2, i2 = fit$I2, q = fit$QE, q_p_value = fit$QEp,
    prediction_lower = ahead$pi.lb, prediction_upper = ahead$pi.ub, weights = weights(fit),
    fixed = list(estimate = fixed$b[1], lower = fixed$ci.lb, upper = fixed$ci.ub)
  )
}

# Log ratios and log odds from counts, with an empty cell in the last row.
trials <- rbind(dat.bcg[c("tpos", "tneg", "cpos", "cneg")], c(0, 10, 4, 6))
from_counts <- function(measure) {
  computed <- escalc(measure = measure, ai = tpos, bi = tneg, ci = cpos, di = cneg, data = trials)
  list(estimates = as.numeric(computed$yi), variances = as.numeric(computed$vi))
}
shares <- escalc(measure = "PLO", xi = tpos, mi = tneg, data = trials)
counts <- list(
  trials = trials, risk_ratio = from_counts("RR"), odds_ratio = from_counts("OR"),
  proportion = list(estimates = as.numeric(shares$yi), variances = as.numeric(shares$vi))
)
cat(toJSON(c(lapply(sets, analyse), list(counts = counts)), digits = NA, auto_unbox = TRUE))
