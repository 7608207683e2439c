// SPDX-License-Identifier: MIT
#include "sniperforge/solana/lookup_table_program.hpp"

#include <gtest/gtest.h>

#include <array>

#include "sniperforge/solana/program_ids.hpp"
#include "unit/solana/instruction_checks.hpp"

namespace sniperforge::solana {
namespace {

using namespace test;

constexpr Slot kSlot{0x0102030405060708};

TEST(LookupTableProgram, DerivesTheTableFromItsAuthorityAndASlot) {
    const auto table = find_lookup_table_address(kA, kSlot);
    EXPECT_FALSE(is_on_curve(table.address));
    EXPECT_NE(table.address, find_lookup_table_address(kB, kSlot).address);
    EXPECT_NE(table.address, find_lookup_table_address(kA, kSlot.plus(1)).address);
}

TEST(LookupTableProgram, CreatesWithTheSlotAndTheBumpOfTheAddress) {
    const auto table = find_lookup_table_address(kA, kSlot);
    const auto create = lookup_table_create({.authority = kA, .payer = kB, .recent_slot = kSlot});
    EXPECT_EQ(create.program_id, kAddressLookupTableProgram);
    EXPECT_EQ(create.accounts, (std::vector{writable(table.address), readonly(kA),
                                            writable_signer(kB), readonly(kSystemProgram)}));
    EXPECT_EQ(hex_encode(create.data), "000000000807060504030201" + hex_encode(Bytes{table.bump}));
}

TEST(LookupTableProgram, ExtendsByAnEightByteCountAndTheAddresses) {
    const std::array addresses{kC, kD};
    const auto extend = lookup_table_extend({.table = kA, .authority = kB, .payer = kC}, addresses);
    EXPECT_EQ(extend.accounts, (std::vector{writable(kA), signer(kB), writable_signer(kC),
                                            readonly(kSystemProgram)}));
    EXPECT_EQ(hex_encode(extend.data),
              "020000000200000000000000" + hex_encode(kC.bytes) + hex_encode(kD.bytes));
    EXPECT_EQ(hex_encode(lookup_table_extend({kA, kB, kC}, {}).data), "020000000000000000000000");
}

TEST(LookupTableProgram, DeactivatesAndCloses) {
    const auto deactivate = lookup_table_deactivate({.table = kA, .authority = kB});
    EXPECT_EQ(deactivate.accounts, (std::vector{writable(kA), signer(kB)}));
    EXPECT_EQ(hex_encode(deactivate.data), "03000000");
    const auto close = lookup_table_close({.table = kA, .authority = kB, .recipient = kC});
    EXPECT_EQ(close.accounts, (std::vector{writable(kA), signer(kB), writable(kC)}));
    EXPECT_EQ(hex_encode(close.data), "04000000");
}

TEST(LookupTableProgram, DecodesWhatItBuildsToItsLastByteAndNothingElse) {
    namespace li = lookup_table_instruction;
    const auto decode = [](const Instruction& built) {
        return decode_lookup_table_instruction(built.data);
    };
    const auto created = decode(lookup_table_create({kA, kB, kSlot}));
    ASSERT_TRUE(std::holds_alternative<li::Create>(created));
    EXPECT_EQ(std::get<li::Create>(created).recent_slot, kSlot);
    EXPECT_EQ(std::get<li::Create>(created).bump, find_lookup_table_address(kA, kSlot).bump);
    const std::array addresses{kC, kD};
    const auto extended = decode(lookup_table_extend({kA, kB, kC}, addresses));
    ASSERT_TRUE(std::holds_alternative<li::Extend>(extended));
    EXPECT_EQ(std::get<li::Extend>(extended).addresses, (std::vector{kC, kD}));
    EXPECT_TRUE(std::holds_alternative<li::Deactivate>(decode(lookup_table_deactivate({kA, kB}))));
    EXPECT_TRUE(std::holds_alternative<li::Close>(decode(lookup_table_close({kA, kB, kC}))));
    for (const auto& instruction :
         {lookup_table_create({kA, kB, kSlot}), lookup_table_extend({kA, kB, kC}, addresses),
          lookup_table_deactivate({kA, kB}), lookup_table_close({kA, kB, kC})}) {
        Bytes longer = instruction.data;
        longer.push_back(0);
        Bytes shorter = instruction.data;
        shorter.pop_back();
        for (const Bytes& data : {longer, shorter}) {
            EXPECT_TRUE(std::holds_alternative<li::Unknown>(decode_lookup_table_instruction(data)));
        }
    }
    // Freezing is none of ours; and a count that no list follows must not be allocated.
    EXPECT_TRUE(
        std::holds_alternative<li::Unknown>(decode_lookup_table_instruction(Bytes{1, 0, 0, 0})));
    Bytes huge(12, 0xff);
    huge[0] = 2;
    huge[1] = huge[2] = huge[3] = 0;
    EXPECT_TRUE(std::holds_alternative<li::Unknown>(decode_lookup_table_instruction(huge)));
}

}  // namespace
}  // namespace sniperforge::solana
