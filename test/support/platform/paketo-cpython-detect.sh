#!/bin/sh
# Provides it always, as the real one does; another buildpack, or the person, has to want it.
printf '[[provides]]\nname = "cpython"\n' >"$CNB_BUILD_PLAN_PATH"
[ -z "${BP_CPYTHON_VERSION:-}" ] || printf '[[requires]]\nname = "cpython"\n' >>"$CNB_BUILD_PLAN_PATH"
[ ! -f requirements.txt ] || printf '[[requires]]\nname = "cpython"\n' >>"$CNB_BUILD_PLAN_PATH"
