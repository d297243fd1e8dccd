// The gate of tests/support/puppet.h, in JavaScript: providers that do what the test tells them.
'use strict';
const net = require('node:net');

/** The lines of a socket, one after the other. */
class Lines {
    constructor(socket) {
        this.lines = [];
        this.waiting = [];
        this.rest = '';
        socket.setEncoding('utf8');
        socket.on('data', (text) => {
            const lines = (this.rest + text).split('\n');
            this.rest = lines.pop();
            lines.forEach((line) => this.put(line));
        });
        socket.on('close', () => this.put(null));
        socket.on('error', () => {});
    }

    put(line) {
        const waiting = this.waiting.shift();
        if (waiting) waiting(line);
        else this.lines.push(line);
    }

    next() {
        if (this.lines.length > 0) return Promise.resolve(this.lines.shift());
        return new Promise((resolve) => this.waiting.push(resolve));
    }
}

class Puppet {
    constructor(socket) {
        this.socket = socket;
        this.lines = new Lines(socket);
    }

    /** Tells it what to do; its answer. */
    async ask(command) {
        this.socket.write(`${command}\n`);
        const line = await this.lines.next();
        if (line === null || !line.startsWith(`${command} -> `)) throw new Error(`'${command}' was answered '${line}'`);
        return line.slice(command.length + ' -> '.length);
    }

    /** Waits until it sees that its operation was canceled. */
    async untilCanceled() {
        while ((await this.ask('canceled')) !== '1');
    }

    async finish(result = 'result 0') {
        const answer = await this.ask(result);
        if (answer !== '0') throw new Error(`'${result}' was not taken: ${answer}`);
        this.socket.write('return\n');
        await this.lines.next();
        this.socket.destroy();
    }
}

class Gate {
    constructor() {
        this.came = new Map(); // introduction -> Puppet
        this.awaited = new Map(); // introduction -> resolve
        this.sockets = new Set();
        this.server = net.createServer((socket) => this.take(socket));
    }

    open(path) {
        return new Promise((resolve) => this.server.listen(path, resolve));
    }

    async take(socket) {
        this.sockets.add(socket);
        const puppet = new Puppet(socket);
        const introduction = await puppet.lines.next();
        const resolve = this.awaited.get(introduction);
        if (resolve) resolve(puppet);
        else this.came.set(introduction, puppet);
    }

    /** Waits for the puppet that says this. */
    puppet(introduction) {
        const puppet = this.came.get(introduction);
        this.came.delete(introduction);
        if (puppet) return Promise.resolve(puppet);
        return new Promise((resolve) => this.awaited.set(introduction, resolve));
    }

    close() {
        this.sockets.forEach((socket) => socket.destroy());
        return new Promise((resolve) => this.server.close(resolve));
    }
}

module.exports = { Gate };
