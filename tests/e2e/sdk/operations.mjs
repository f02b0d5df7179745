// The twelve operations through the unmodified AWS SDK for JavaScript v3, at $WEFT_ENDPOINT. Run by ../sdk_test.py.
import assert from "node:assert/strict";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as sfn from "@aws-sdk/client-sfn";

const { SFNClient } = sfn;
const client = new SFNClient({
  endpoint: process.env.WEFT_ENDPOINT,
  region: "us-east-1",
  disableHostPrefix: true,
  maxAttempts: 1,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
const roleArn = "arn:aws:iam::123456789012:role/any";
const call = (operation, input = {}) => client.send(new sfn[`${operation}Command`](input));

const pass = { StartAt: "P", States: { P: { Type: "Pass", Result: { answer: 42 }, End: true } } };
const echo = { StartAt: "E", States: { E: { Type: "Pass", End: true } } };
const wait = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 300, End: true } } };
const fail = { StartAt: "F", States: { F: { Type: "Fail", Error: "Order.Bad", Cause: "no stock" } } };

async function create(name, definition, more = {}) {
  const made = await call("CreateStateMachine", { name, definition: JSON.stringify(definition), roleArn, ...more });
  assert.ok(made.creationDate instanceof Date);
  return made.stateMachineArn;
}

async function ended(executionArn) {
  for (let tries = 0; tries < 1000; tries += 1) {
    const execution = await call("DescribeExecution", { executionArn });
    if (execution.status !== "RUNNING") return execution;
    await sleep(20);
  }
  throw new Error(`${executionArn} does not end`);
}

async function pages(operation, member, input) {
  const found = [];
  let nextToken;
  let count = 0;
  do {
    const page = await call(operation, { ...input, nextToken });
    assert.ok(page[member].length <= input.maxResults);
    found.push(...page[member]);
    nextToken = page.nextToken;
    count += 1;
  } while (nextToken);
  return { found, count };
}

// The exception that the SDK makes of the answer: of the operation's own class, with a message.
async function refused(name, operation, input) {
  await assert.rejects(call(operation, input), (error) => {
    assert.equal(error.name, name);
    assert.ok(error instanceof sfn.SFNServiceException, `${error}`);
    if (sfn[name]) assert.ok(error instanceof sfn[name], `${error} is not of class ${name}`);
    assert.equal(error.$metadata.httpStatusCode, 400);
    assert.equal(error.$fault, "client");
    assert.ok(error.$metadata.requestId, "a request id");
    assert.ok(error.message);
    return true;
  });
}

const unknownMachine = "arn:aws:states:us-east-1:123456789012:stateMachine:unknown";
const unknownExecution = "arn:aws:states:us-east-1:123456789012:execution:unknown:one";

test("a Standard machine is created, started, described, listed and read", async () => {
  const stateMachineArn = await create("standard", echo);
  assert.equal(await create("standard", echo), stateMachineArn); // idempotent

  const machine = await call("DescribeStateMachine", { stateMachineArn });
  assert.equal(machine.name, "standard");
  assert.equal(machine.type, "STANDARD");
  assert.equal(machine.status, "ACTIVE");
  assert.equal(machine.roleArn, roleArn);
  assert.deepEqual(JSON.parse(machine.definition), echo);

  const input = JSON.stringify({ text: "Grüße, 世界 🎉", number: 3.0, list: [] });
  const started = await call("StartExecution", { stateMachineArn, name: "one", input });
  assert.equal(started.executionArn, stateMachineArn.replace(":stateMachine:", ":execution:") + ":one");
  assert.ok(started.startDate instanceof Date);

  const execution = await ended(started.executionArn);
  assert.equal(execution.status, "SUCCEEDED");
  assert.deepEqual(JSON.parse(execution.output), JSON.parse(input));
  assert.ok(execution.stopDate >= execution.startDate);

  const history = await call("GetExecutionHistory", { executionArn: started.executionArn });
  const types = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"];
  assert.deepEqual(history.events.map((event) => event.type), types);
  assert.deepEqual(history.events.map((event) => event.id), [1, 2, 3, 4]);
  assert.ok(history.events.every((event) => event.timestamp instanceof Date));
  assert.equal(history.events[1].stateEnteredEventDetails.name, "E");

  const { found, count } = await pages("GetExecutionHistory", "events",
    { executionArn: started.executionArn, maxResults: 3, reverseOrder: true });
  assert.equal(count, 2);
  assert.deepEqual(found.map((event) => event.id), [4, 3, 2, 1]);

  const bare = await call("GetExecutionHistory",
    { executionArn: started.executionArn, includeExecutionData: false });
  assert.equal(bare.events[0].executionStartedEventDetails.input, undefined);

  const behind = await call("DescribeStateMachineForExecution", { executionArn: started.executionArn });
  assert.equal(behind.stateMachineArn, stateMachineArn);
  assert.deepEqual(JSON.parse(behind.definition), echo);
});

test("executions and machines are listed page by page", async () => {
  const stateMachineArn = await create("listed", echo);
  const names = Array.from({ length: 7 }, (_, at) => `run-${at}`);
  for (const name of names) await call("StartExecution", { stateMachineArn, name });
  const executions = await pages("ListExecutions", "executions", { stateMachineArn, maxResults: 3 });
  assert.equal(executions.count, 3);
  assert.deepEqual(executions.found.map((one) => one.name).sort(), names);

  for (let at = 0; at < 5; at += 1) await create(`machine-${at}`, echo);
  const machines = await pages("ListStateMachines", "stateMachines", { maxResults: 2 });
  assert.ok(machines.count >= 3);
  const found = machines.found.map((one) => one.name);
  assert.equal(new Set(found).size, found.length);
  for (let at = 0; at < 5; at += 1) assert.ok(found.includes(`machine-${at}`));

  const paginated = [];
  for await (const page of sfn.paginateListExecutions({ client, pageSize: 4 }, { stateMachineArn }))
    paginated.push(...page.executions);
  assert.equal(paginated.length, names.length);
});

test("a synchronous Express execution answers at once", async () => {
  const stateMachineArn = await create("express", pass, { type: "EXPRESS" });
  const done = await call("StartSyncExecution", { stateMachineArn, input: "{}", name: "mine" });
  assert.equal(done.status, "SUCCEEDED");
  assert.deepEqual(JSON.parse(done.output), { answer: 42 });
  assert.equal(done.name, "mine");
  assert.ok(done.billingDetails.billedDurationInMilliseconds >= 100);
  assert.ok(done.stopDate >= done.startDate);

  const failing = await create("express-fails", fail, { type: "EXPRESS" });
  const failed = await call("StartSyncExecution", { stateMachineArn: failing });
  assert.deepEqual([failed.status, failed.error, failed.cause], ["FAILED", "Order.Bad", "no stock"]);

  const started = await call("StartExecution", { stateMachineArn }); // asynchronously: only an ARN is given
  assert.ok(started.executionArn.includes(":express:express:"));
});

test("an execution is stopped", async () => {
  const stateMachineArn = await create("stopped", wait);
  const { executionArn } = await call("StartExecution", { stateMachineArn, name: "one" });
  const running = await call("ListExecutions", { stateMachineArn, statusFilter: "RUNNING" });
  assert.deepEqual(running.executions.map((one) => one.executionArn), [executionArn]);
  const { stopDate } = await call("StopExecution", { executionArn, error: "Enough", cause: "of waiting" });
  assert.ok(stopDate instanceof Date);
  const execution = await ended(executionArn);
  assert.deepEqual([execution.status, execution.error, execution.cause], ["ABORTED", "Enough", "of waiting"]);
  const { events } = await call("GetExecutionHistory", { executionArn });
  assert.equal(events.at(-1).type, "ExecutionAborted");
  assert.deepEqual(events.at(-1).executionAbortedEventDetails, { error: "Enough", cause: "of waiting" });
});

test("a machine is updated, and executions under way keep theirs", async () => {
  const stateMachineArn = await create("updated", wait);
  const before = await call("StartExecution", { stateMachineArn, name: "before" });
  const { updateDate, revisionId } = await call("UpdateStateMachine",
    { stateMachineArn, definition: JSON.stringify(pass) });
  assert.ok(updateDate instanceof Date);
  assert.ok(revisionId);
  assert.equal((await call("DescribeStateMachine", { stateMachineArn })).revisionId, revisionId);
  const after = await call("StartExecution", { stateMachineArn, name: "after" });
  assert.deepEqual(JSON.parse((await ended(after.executionArn)).output), { answer: 42 });
  const behind = await call("DescribeStateMachineForExecution", { executionArn: before.executionArn });
  assert.deepEqual(JSON.parse(behind.definition), wait);
  await call("StopExecution", { executionArn: before.executionArn });
});

test("a definition is validated, and variables are shown", async () => {
  const good = await call("ValidateStateMachineDefinition", { definition: JSON.stringify(pass), severity: "WARNING" });
  assert.deepEqual([good.result, good.diagnostics, good.truncated], ["OK", [], false]);
  const definition = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, C: { Type: "Wait" } } });
  const bad = await call("ValidateStateMachineDefinition", { definition, type: "EXPRESS", maxResults: 1 });
  assert.deepEqual([bad.result, bad.diagnostics.length, bad.truncated], ["FAIL", 1, true]);
  assert.equal(bad.diagnostics[0].code, "SCHEMA_VALIDATION_FAILED");
  assert.equal(bad.diagnostics[0].location, "/States/C");
  const stateMachineArn = await create("variables", { QueryLanguage: "JSONata", StartAt: "A", States: {
    A: { Type: "Pass", Assign: { x: 1 }, Next: "B" }, B: { Type: "Pass", Output: "{% $x + 1 %}", End: true } } });
  const described = await call("DescribeStateMachine", { stateMachineArn });
  assert.deepEqual(described.variableReferences, { B: ["x"] });
  const { executionArn } = await call("StartExecution", { stateMachineArn });
  assert.equal((await ended(executionArn)).output, "2");
  const { events } = await call("GetExecutionHistory", { executionArn });
  assert.deepEqual(events[2].stateExitedEventDetails.assignedVariables, { x: "1" });
});

test("a machine is deleted", async () => {
  const stateMachineArn = await create("deleted", pass);
  await call("DeleteStateMachine", { stateMachineArn });
  await call("DeleteStateMachine", { stateMachineArn }); // no error
  for (let tries = 0; tries < 100; tries += 1) {
    const { stateMachines } = await call("ListStateMachines");
    if (!stateMachines.some((one) => one.name === "deleted")) break;
    await sleep(50);
  }
  await refused("StateMachineDoesNotExist", "DescribeStateMachine", { stateMachineArn });
});

test("errors are the SDK's exceptions", async () => {
  const definition = JSON.stringify(echo);
  const standard = await create("errors", echo);
  const express = await create("errors-express", echo, { type: "EXPRESS" });
  await refused("InvalidDefinition", "CreateStateMachine", { name: "a", definition: "{}", roleArn });
  await refused("InvalidDefinition", "CreateStateMachine", { name: "a", definition: "{\"StartAt\":", roleArn });
  await refused("InvalidName", "CreateStateMachine", { name: "a b", definition, roleArn });
  await refused("InvalidArn", "CreateStateMachine", { name: "a", definition, roleArn: "arn:aws:iam::aws:policy/All" });
  await refused("StateMachineAlreadyExists", "CreateStateMachine",
    { name: "errors", definition: JSON.stringify(pass), roleArn });
  await refused("InvalidArn", "DescribeStateMachine", { stateMachineArn: "machine" });
  await refused("StateMachineDoesNotExist", "DescribeStateMachine", { stateMachineArn: unknownMachine });
  await refused("StateMachineDoesNotExist", "StartExecution", { stateMachineArn: unknownMachine });
  await refused("StateMachineDoesNotExist", "UpdateStateMachine", { stateMachineArn: unknownMachine, definition });
  await refused("MissingRequiredParameter", "UpdateStateMachine", { stateMachineArn: standard });
  await refused("StateMachineDoesNotExist", "ListExecutions", { stateMachineArn: unknownMachine });
  await refused("ExecutionDoesNotExist", "DescribeExecution", { executionArn: unknownExecution });
  await refused("ExecutionDoesNotExist", "GetExecutionHistory", { executionArn: unknownExecution });
  await refused("ExecutionDoesNotExist", "StopExecution", { executionArn: unknownExecution });
  await refused("ExecutionDoesNotExist", "DescribeStateMachineForExecution", { executionArn: unknownExecution });
  await refused("InvalidExecutionInput", "StartExecution", { stateMachineArn: standard, input: "{" });
  await refused("InvalidName", "StartExecution", { stateMachineArn: standard, name: "a b" });
  await call("StartExecution", { stateMachineArn: standard, name: "taken", input: "1" });
  await refused("ExecutionAlreadyExists", "StartExecution", { stateMachineArn: standard, name: "taken", input: "2" });
  await refused("StateMachineTypeNotSupported", "StartSyncExecution", { stateMachineArn: standard });
  await refused("StateMachineTypeNotSupported", "ListExecutions", { stateMachineArn: express });
  await refused("InvalidToken", "ListStateMachines", { nextToken: "no token of ours" });
  await refused("ValidationException", "ListStateMachines", { maxResults: 5000 });
});
