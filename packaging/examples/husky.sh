echo 'phguard hook pre-commit' >>.husky/pre-commit
echo 'phguard hook pre-merge-commit' >>.husky/pre-merge-commit
echo 'phguard hook pre-push "$@"' >>.husky/pre-push
