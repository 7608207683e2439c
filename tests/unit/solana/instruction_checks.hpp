// SPDX-License-Identifier: MIT
// What the tests of instruction builders and decoders share.
#pragma once

#include <gtest/gtest.h>

#include <variant>

#include "unit/solana/wire_vectors.hpp"

namespace sniperforge::solana::test {

const inline Pubkey kA = numbered_key(1);
const inline Pubkey kB = numbered_key(2);
const inline Pubkey kC = numbered_key(3);
const inline Pubkey kD = numbered_key(4);

// The alternative wanted, or a test failure and its default.
template <typename Wanted, typename Variant>
Wanted expect(const Variant& decoded) {
    const auto* found = std::get_if<Wanted>(&decoded);
    EXPECT_NE(found, nullptr) << "alternative " << decoded.index();
    return found == nullptr ? Wanted{} : *found;
}

// A policy that allows only what it understands must not be told half of an instruction.
template <typename Decoder>
void expect_unknown_unless_exact(const Instruction& built, Decoder decode) {
    EXPECT_NE(decode(built.data).index(), 0U);
    for (std::size_t size = 0; size < built.data.size(); ++size) {
        EXPECT_EQ(decode(BytesView{built.data}.first(size)).index(), 0U) << size;
    }
    Bytes longer = built.data;
    longer.push_back(0);
    EXPECT_EQ(decode(longer).index(), 0U);
}

// The instruction vector of this name must be exactly what `build` makes of its accounts.
template <typename Builder>
void expect_vector(const std::filesystem::path& data, std::string_view name, Builder build) {
    const Instruction expected = named_instruction(wire(data), name);
    std::vector<Pubkey> accounts;
    for (const AccountMeta& meta : expected.accounts) {
        accounts.push_back(meta.pubkey);
    }
    EXPECT_EQ(build(accounts), expected) << name;
}

}  // namespace sniperforge::solana::test
