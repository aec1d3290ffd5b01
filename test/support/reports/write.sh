#!/bin/sh
# Writes reports anew with the tools that they come from: sh test/support/reports/write.sh FOLDER
# See README.md beside this file for the tools and their versions. Paths of the machine become /src.
set -eu

out=$(mkdir -p "$1" && CDPATH='' cd -- "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# keep FILE AS: a report, with the folder of its project as /src.
keep() { sed "s#$work/[a-z]*#/src#g" "$1" >"$out/$2"; }
# Most tools end with a status of their own when tests fail, which these are here to do.
failing() { "$@" || true; }
project() { mkdir -p "$work/$1" && cd "$work/$1"; }

write_go() {
  project go
  mkdir calc broken panics exits empty
  printf 'module example.org/sample\n\ngo 1.19\n' >go.mod
  cat >calc/calc_test.go <<'E'
package calc

import "testing"

func TestPasses(t *testing.T) {}

func TestFails(t *testing.T) { t.Errorf("got %d, want %d", 41, 42) }

func TestSkips(t *testing.T) { t.Skip("not on this machine") }

func TestTable(t *testing.T) {
	for _, name := range []string{"one", "two", "two", "with space / and slash"} {
		t.Run(name, func(t *testing.T) {
			if name == "one" {
				t.Fatal("one\nof two lines \x1b[31mred\x1b[0m <b> & `x`")
			}
		})
	}
}

func TestParallel(t *testing.T) {
	for _, name := range []string{"a", "b"} {
		t.Run(name, func(t *testing.T) { t.Parallel(); t.Log("from", t.Name()) })
	}
}
E
  cat >broken/broken_test.go <<'E'
package broken

import "testing"

func TestNever(t *testing.T) { undefinedName() }
E
  cat >panics/panics_test.go <<'E'
package panics

import "testing"

func TestBefore(t *testing.T) {}

func TestPanics(t *testing.T) {
	var m map[string]int
	m["x"] = 1
}

func TestAfter(t *testing.T) {}
E
  cat >exits/exits_test.go <<'E'
package exits

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	m.Run()
	os.Exit(3)
}

func TestFine(t *testing.T) {}
E
  echo 'package empty' >empty/empty.go
  mkdir hangs
  cat >hangs/hangs_test.go <<'E'
package hangs

import "testing"

func TestHangs(t *testing.T) { select {} }
E
  mkdir cached
  printf 'package cached\n\nimport "testing"\n\nfunc TestIt(t *testing.T) {}\n' >cached/cached_test.go
  failing go test -json -count=1 ./calc ./empty >a.json && keep a.json go-1.19.jsonl
  for package in panics exits; do
    failing go test -json -count=1 "./$package" >a.json && keep a.json "go-1.19-$package.jsonl"
  done
  failing go test -json -count=1 ./broken 2>/dev/null >a.json && keep a.json go-1.19-broken.jsonl
  failing go test -json -count=1 -timeout 200ms ./hangs >a.json && keep a.json go-1.19-hangs.jsonl
  go test -json ./cached >a.json && go test -json ./cached >a.json && keep a.json go-1.19-cached.jsonl
  failing gotestsum --junitfile a.xml -- -count=1 -timeout 200ms ./... >a.json 2>&1 && keep a.xml gotestsum-1.8.xml
}

write_ctest() {
  project ctest
  cat >CMakeLists.txt <<'E'
cmake_minimum_required(VERSION 3.21)
project(sample NONE)
enable_testing()
add_test(NAME passes COMMAND ${CMAKE_COMMAND} -E true)
add_test(NAME fails COMMAND ${CMAKE_COMMAND} -E false)
add_test(NAME "name with <angle> & space" COMMAND ${CMAKE_COMMAND} -E echo "a <b> & c")
add_test(NAME skipped COMMAND sh -c "exit 77")
set_tests_properties(skipped PROPERTIES SKIP_RETURN_CODE 77)
add_test(NAME disabled COMMAND ${CMAKE_COMMAND} -E true)
set_tests_properties(disabled PROPERTIES DISABLED TRUE)
add_test(NAME not-found COMMAND /nowhere/program)
add_test(NAME late COMMAND ${CMAKE_COMMAND} -E sleep 5)
set_tests_properties(late PROPERTIES TIMEOUT 1)
E
  cmake -S . -B . >log
  failing ctest --output-junit a.xml >log 2>&1 && keep a.xml ctest-3.25.xml
}

write_subunit() {
  project subunit
  cat >sample.py <<'E'
import unittest


class Sample(unittest.TestCase):
    def test_passes(self):
        pass

    def test_fails(self):
        self.assertEqual(41, 42)

    def test_error(self):
        raise KeyError("x")

    @unittest.skip("not on this machine")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("known")

    @unittest.expectedFailure
    def test_unexpected(self):
        pass
E
  failing /usr/bin/python3 -m subunit.run sample >a.subunit
  cp a.subunit "$out/subunit-1.4.subunit"
  failing subunit2junitxml <a.subunit >a.xml && keep a.xml subunit2junitxml-1.4.xml
  failing /usr/bin/python3 -m subunit.run no_module >b.subunit
  failing subunit2junitxml <b.subunit >a.xml
  keep a.xml subunit2junitxml-1.4-loader.xml
}

write_surefire() {
  project mvn
  mkdir -p src/test/java/org/example
  cat >pom.xml <<'E'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>org.example</groupId>
  <artifactId>sample</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>8</maven.compiler.source>
    <maven.compiler.target>8</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.x</version><scope>test</scope></dependency>
  </dependencies>
</project>
E
  cat >src/test/java/org/example/SampleTest.java <<'E'
package org.example;

import static org.junit.Assert.assertEquals;

import org.junit.Assume;
import org.junit.Ignore;
import org.junit.Test;

public class SampleTest {
  private static int flaky = 0;
  private static int error = 0;

  @Test public void passes() { System.out.println("out <b> & \u001b[31m"); }
  @Test public void fails() { assertEquals(42, 41); }
  @Test public void breaks() { throw new IllegalStateException("no state"); }
  @Test public void failsFirst() { flaky++; assertEquals("third", 3, flaky); }
  @Test public void breaksFirst() { if (error++ == 0) throw new IllegalStateException("first"); }
  @Ignore("not on this machine") @Test public void ignored() {}
  @Test public void assumes() { Assume.assumeTrue("not here", false); }
}
E
  cat >src/test/java/org/example/SetUpTest.java <<'E'
package org.example;

import org.junit.BeforeClass;
import org.junit.Test;

public class SetUpTest {
  @BeforeClass public static void start() { throw new IllegalStateException("no server"); }
  @Test public void never() {}
}
E
  mvn -o -B -q -Dmaven.repo.local=/usr/share/maven-repo compiler:testCompile surefire:test \
    -Dsurefire.rerunFailingTestsCount=2 -Dmaven.test.failure.ignore >log 2>&1
  for class in Sample SetUp; do
    # The properties of the machine are all but a few of its bytes.
    sed '/^ *<property /d' "target/surefire-reports/TEST-org.example.${class}Test.xml" >a.xml
    keep a.xml "surefire-2.22-$class.xml"
  done
}

write_ctrf() {
  project ctrf
  npm init -y >log
  npm install --no-audit --no-fund --ignore-scripts jest@30.5.2 jest-ctrf-json-reporter@0.0.11 \
    mocha@11.7.5 mocha-ctrf-json-reporter@0.0.11 @playwright/test@1.65.1 playwright-ctrf-json-reporter@0.0.29 >log 2>&1
  mkdir jest mocha playwright
  cat >jest/a.test.js <<'E'
let tries = 0;
jest.retryTimes(1);
test('passes', () => {});
test('fails', () => expect(41).toBe(42));
test('flaky', () => expect(tries++).toBe(1));
test.skip('skipped', () => {});
test.todo('to do');
describe('a suite', () => describe('within', () => {
  test('the same', () => {});
  test('the same', () => {});
}));
E
  echo "require('./nowhere'); test('never', () => {});" >jest/broken.test.js
  failing npx jest jest --reporters=jest-ctrf-json-reporter >log 2>&1
  keep ctrf/ctrf-report.json jest-ctrf-0.0.11.json
  cat >mocha/a.js <<'E'
const assert = require('node:assert');
describe('a suite', () => {
  it('passes', () => {});
  it('fails', () => assert.equal(41, 42));
  it.skip('skipped', () => {});
  it('to do');
  describe('within', () => { before(() => { throw new Error('no server'); }); it('never', () => {}); });
});
E
  failing npx mocha mocha --reporter mocha-ctrf-json-reporter >log 2>&1
  keep ctrf/ctrf-report.json mocha-ctrf-0.0.11.json
  cat >playwright/a.spec.js <<'E'
const { test, expect } = require('@playwright/test');
test('passes', () => {});
test('fails', () => expect(41).toBe(42));
test('flaky', ({}, info) => expect(info.retry).toBe(1));
test.skip('skipped', () => {});
test('late', async () => { test.setTimeout(50); await new Promise(() => {}); });
test.describe('a suite', () => { test('within', () => {}); });
E
  echo "module.exports = { testDir: 'playwright', retries: 1, reporter: [['playwright-ctrf-json-reporter', {}]] };" >playwright.config.js
  failing npx playwright test >log 2>&1
  keep ctrf/ctrf-report.json playwright-ctrf-0.0.29.json
}

write_perl() {
  project perl
  cat >sub.t <<'E'
use Test::More;
ok 1, 'plain';
subtest 'outer' => sub {
  subtest 'inner' => sub { plan tests => 2; ok 1, 'same'; ok 0, 'same'; };
  ok 1, 'beside # not a directive';
  TODO: { local $TODO = 'later'; ok 0, 'to do'; }
};
subtest 'left out' => sub { plan skip_all => 'not here' };
done_testing;
E
  failing perl sub.t >a.tap 2>/dev/null && keep a.tap perl-subtests.tap
}

for part in ${2:-go ctest subunit surefire ctrf perl}; do (write_"$part"); done
