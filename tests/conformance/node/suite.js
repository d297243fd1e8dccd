// mihostd and vscode-jsonrpc, the library of Visual Studio Code's language clients, used as its users do: its requests, errors,
// partial results, progress and cancellation tokens, and its handlers for what the server asks.
'use strict';
const assert = require('node:assert/strict');
const net = require('node:net');
const path = require('node:path');
const { after, afterEach, before, beforeEach, test } = require('node:test');
const rpc = require('vscode-jsonrpc/node');
const { Gate } = require('./puppets.js');

const SOCKET = process.env.MIHOST_SOCKET;
const NAMESPACE = 'root/test';
const SAMPLE = { namespace: NAMESPACE, instance: { class: 'Test_Sample', properties: { Id: 1 } } };
const CANCELED = -32800;
const FAILED = -32803;

const gate = new Gate();
let connection, complaints;

before(() => gate.open(path.join(path.dirname(SOCKET), 'gate')));
after(() => gate.close());

/** A connection of vscode-jsonrpc, which complains of nothing. */
async function connect() {
    const socket = net.createConnection(SOCKET);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const complain = (text) => complaints.push(text);
    const logger = { error: complain, warn: complain, info: complain, log: complain };
    const made = rpc.createMessageConnection(new rpc.SocketMessageReader(socket), new rpc.SocketMessageWriter(socket), logger);
    made.onError(([error]) => complain(String(error)));
    made.onUnhandledNotification((message) => complain(`unhandled ${message.method}`));
    made.listen();
    return made;
}

beforeEach(async () => {
    complaints = [];
    connection = await connect();
});

afterEach(() => {
    connection.end();
    connection.dispose();
    assert.deepEqual(complaints, []);
});

const run = (name, more = {}) =>
    ({ namespace: NAMESPACE, class: 'Test_Puppet', method: 'Run', parameters: { Name: name }, ...more });

/** The error that a promise ends with. */
async function failure(promise) {
    const error = await promise.then(() => assert.fail('it was to fail'), (reason) => reason);
    assert.ok(error instanceof rpc.ResponseError, String(error));
    return error;
}

test('a request without params', async () => {
    const info = await connection.sendRequest('host/info');
    assert.equal(info.name, 'mihost');
    assert.equal(info.protocol, 1);
});

test('a typed request', async () => {
    const type = new rpc.RequestType('mi/getInstance');
    const { instance } = await connection.sendRequest(type, SAMPLE);
    assert.equal(instance.properties.Name, 'one');
    assert.equal(BigInt(instance.properties.Count), 18446744073709551614n); // which a number would have rounded
});

test('characters beyond ASCII', async () => {
    const three = { class: 'Test_Sample', properties: { Id: 3 } };
    const { instance } = await connection.sendRequest('mi/getInstance', { namespace: NAMESPACE, instance: three });
    assert.equal(instance.properties.Name, 'three: é€😀');
});

test('what MI refuses is a ResponseError with its data', async () => {
    const nine = { class: 'Test_Sample', properties: { Id: 9 } };
    const error = await failure(connection.sendRequest('mi/getInstance', { namespace: NAMESPACE, instance: nine }));
    assert.equal(error.code, FAILED);
    assert.match(error.message, /no such sample/);
    assert.equal(error.data.resultName, 'MI_RESULT_NOT_FOUND');
});

test('the codes of JSON-RPC', async () => {
    assert.equal((await failure(connection.sendRequest('no/method'))).code, rpc.ErrorCodes.MethodNotFound);
    assert.equal((await failure(connection.sendRequest('mi/getInstance', { unknown: 1 }))).code, rpc.ErrorCodes.InvalidParams);
});

test('many requests at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => connection.sendRequest('mi/getInstance', SAMPLE)));
    assert.ok(answers.every(({ instance }) => instance.properties.Id === 1));
});

test('responses come when they are ready', async () => {
    const slow = connection.sendRequest('mi/invoke', run('slow'));
    const puppet = await gate.puppet('invoke slow');
    await connection.sendRequest('mi/getInstance', SAMPLE);
    await puppet.finish();
    assert.ok('returnValue' in (await slow));
});

test('partial results', async () => {
    const ids = [];
    const partial = new rpc.ProgressType();
    const listener = connection.onProgress(partial, 'p1', (instances) => ids.push(...instances.map((each) => each.properties.Id)));
    const result = await connection.sendRequest('mi/enumerateInstances',
        { namespace: NAMESPACE, class: 'Test_Many', partialResultToken: 'p1' });
    assert.deepEqual(result, { instances: [] });
    assert.deepEqual(ids, Array.from({ length: 1000 }, (_, id) => id));
    listener.dispose();
});

test('work-done progress, with a token that is a number', async () => {
    const kinds = [];
    const listener = connection.onProgress(new rpc.ProgressType(), 7, (value) => kinds.push(value));
    const request = connection.sendRequest('mi/invoke', run('work', { workDoneToken: 7 }));
    const puppet = await gate.puppet('invoke work');
    await puppet.ask('progress 10 begun');
    await puppet.ask('progress 50 half');
    await puppet.finish();
    await request;
    assert.deepEqual(kinds.map((value) => value.kind), ['begin', 'report', 'end']);
    assert.equal(kinds[1].percentage, 50);
    listener.dispose();
});

test('a cancellation token', async () => {
    const source = new rpc.CancellationTokenSource();
    const outcome = failure(connection.sendRequest('mi/invoke', run('cancel'), source.token));
    const puppet = await gate.puppet('invoke cancel');
    assert.equal(await puppet.ask('register stop'), '0');
    source.cancel();
    const callback = await gate.puppet('callback stop of cancel, reason 0');
    callback.socket.write('return\n');
    await puppet.untilCanceled();
    await puppet.finish('error 1 half way');
    const error = await outcome;
    assert.equal(error.code, CANCELED);
    assert.deepEqual([error.data.reason, error.data.delivered, error.data.result.message], ['none', true, 'half way']);
});

test('a cancellation token after the response', async () => {
    const source = new rpc.CancellationTokenSource();
    await connection.sendRequest('mi/getInstance', SAMPLE, source.token);
    source.cancel();
    await connection.sendRequest('host/info');
});

test('a cancel with a reason, as a notification', async () => {
    const request = connection.sendRequest('mi/enumerateInstances',
        { namespace: NAMESPACE, class: 'Demo_Ticker', partialResultToken: 't', options: { IntervalMs: { type: 'uint32', value: 1 } } });
    const outcome = failure(request);
    // vscode-jsonrpc counts its requests from 0, and this is the first of the connection.
    const first = new Promise((resolve) => connection.onProgress(new rpc.ProgressType(), 't', resolve));
    await first;
    await connection.sendNotification('$/cancelRequest', { id: 0, reason: 'shutdown' });
    const error = await outcome;
    assert.equal(error.data.reason, 'shutdown');
    assert.match(error.data.result.message, /MI_REASON_SHUTDOWN/);
});

test('messages are notifications', async () => {
    const heard = new Promise((resolve) => connection.onNotification('mi/message', resolve));
    const request = connection.sendRequest('mi/invoke', run('talk', { messages: ['warning'] }));
    const puppet = await gate.puppet('invoke talk');
    await puppet.ask('warning mind the gap');
    assert.deepEqual([(await heard).channel, (await heard).message], ['warning', 'mind the gap']);
    await puppet.finish();
    await request;
});

test('what the server asks is a request with a handler', async () => {
    const asked = [];
    connection.onRequest('mi/shouldProcess', (question) => {
        asked.push([question.target, question.action]);
        return { answer: false };
    });
    connection.onRequest('mi/promptUser', async (question) => ({ answer: question.message === 'sure?' }));
    const request = connection.sendRequest('mi/invoke', run('ask', { prompts: true }));
    const puppet = await gate.puppet('invoke ask');
    assert.equal(await puppet.ask('prompt sure?'), '0 1');
    assert.equal(await puppet.ask('process format'), '0 0');
    assert.deepEqual(asked, [['a target', 'format']]);
    await puppet.finish();
    await request;
});

test('what nobody handles, or fails, is the default', async () => {
    connection.onRequest('mi/promptUser', () => { throw new Error('no idea'); });
    const request = connection.sendRequest('mi/invoke', run('nobody', { prompts: true }));
    const puppet = await gate.puppet('invoke nobody');
    const unhandled = await puppet.ask('continue go on?');
    const failed = await puppet.ask('prompt sure?');
    await puppet.finish();
    await request;
    const quiet = connection.sendRequest('mi/invoke', run('quiet'));
    const other = await gate.puppet('invoke quiet');
    assert.equal(await other.ask('continue go on?'), unhandled);
    assert.equal(await other.ask('prompt sure?'), failed);
    await other.finish();
    await quiet;
});

test('a question that is taken back cancels the token of its handler', async () => {
    let isAsked, isWithdrawn;
    const asked = new Promise((resolve) => { isAsked = resolve; });
    const withdrawn = new Promise((resolve) => { isWithdrawn = resolve; });
    connection.onRequest('mi/shouldContinue', (question, token) => new Promise((answer) => {
        token.onCancellationRequested(() => {
            isWithdrawn(question.message);
            answer({ answer: true });
        });
        isAsked();
    }));
    const source = new rpc.CancellationTokenSource();
    const outcome = failure(connection.sendRequest('mi/invoke', run('back', { prompts: true }), source.token));
    const puppet = await gate.puppet('invoke back');
    const answer = puppet.ask('continue go on?');
    await asked;
    source.cancel();
    assert.equal(await withdrawn, 'go on?');
    assert.match(await answer, /^1 /);
    await puppet.finish();
    assert.equal((await outcome).code, CANCELED);
});

test('the end of a connection cancels', async () => {
    const other = await connect();
    other.sendRequest('mi/invoke', run('gone')).catch(() => {});
    const puppet = await gate.puppet('invoke gone');
    other.end();
    other.dispose();
    await puppet.untilCanceled();
    await puppet.finish();
});
