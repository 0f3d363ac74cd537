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
cat(toJSON(lapply(sets, analyse), digits = NA, auto_unbox = TRUE))
