// SPDX-License-Identifier: MIT
// The seeds of the fuzz corpora that a test makes: what the test has made is what is there. With
// SNIPERFORGE_WRITE_SEEDS set they are written instead, where what they are made of has changed.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sniperforge/core/bytes.hpp"
#include "support/data.hpp"

namespace sniperforge::test {

inline void expect_seed(const std::string& corpus, const std::string& name, BytesView bytes) {
    const auto file = source_dir() / "tests/fuzz/corpus" / corpus / name;
    if (std::getenv("SNIPERFORGE_WRITE_SEEDS") != nullptr) {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream out{file, std::ios::binary};
        out.write(reinterpret_cast<const char*>(bytes.data()),
                  static_cast<std::streamsize>(bytes.size()));
    }
    std::ifstream in{file, std::ios::binary};
    const std::string there{std::istreambuf_iterator<char>{in}, {}};
    EXPECT_EQ(Bytes(there.begin(), there.end()), Bytes(bytes.begin(), bytes.end()))
        << file << ": SNIPERFORGE_WRITE_SEEDS=1 writes it anew";
}

}  // namespace sniperforge::test
