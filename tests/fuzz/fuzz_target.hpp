// SPDX-License-Identifier: MIT
// How a fuzz target is written: SF_FUZZ_TARGET { ... } sees `data` and `size`. It is libFuzzer's
// entry point, or a function named after its file where the corpora are replayed by a test.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sniperforge/core/assert.hpp"

#ifndef SF_FUZZ_ENTRY
#define SF_FUZZ_ENTRY LLVMFuzzerTestOneInput
#endif

#define SF_FUZZ_TARGET extern "C" int SF_FUZZ_ENTRY(const std::uint8_t* data, std::size_t size)
