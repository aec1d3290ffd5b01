#!/bin/sh
[ -f package.json ] || exit 100
