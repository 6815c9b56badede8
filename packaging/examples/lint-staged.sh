lint-staged
phguard hook pre-commit
