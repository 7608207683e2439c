// SPDX-License-Identifier: MIT
"use strict";

const SECONDS_MAX = 120; // Generous: a loaded machine is slow.

// The promise, or a failure that says what did not come.
function within(what, promise) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what} did not come within ${SECONDS_MAX} s`)), SECONDS_MAX * 1000);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

module.exports = { within };
