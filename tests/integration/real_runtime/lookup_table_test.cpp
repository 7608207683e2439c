// SPDX-License-Identifier: MIT
// An address lookup table from its creation to its end.
#include "sniperforge/solana/lookup_table.hpp"

#include <algorithm>

#include "integration/real_runtime/node.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::real_runtime {
namespace {

using namespace solana;

constexpr std::size_t kAddresses = 3;
constexpr std::size_t kFullBytes = kLookupTableHeaderBytes + kAddresses * Pubkey::kSize;

class LookupTable : public RealRuntime {
 protected:
    LookupTable()
        : empty_rent_{node_.rent_exempt_minimum(kLookupTableHeaderBytes)},
          full_rent_{node_.rent_exempt_minimum(kFullBytes)},
          recent_slot_{node_.slot()},
          table_{find_lookup_table_address(payer_key(), recent_slot_).address} {
        std::generate(addresses_.begin(), addresses_.end(),
                      [] { return new_keypair().public_key(); });
        expect_landed(
            {.instructions = {lookup_table_create({payer_key(), payer_key(), recent_slot_})}},
            {.fee = kOneFee, .paid = empty_rent_});
        // Extending pays the difference: the table must stay rent exempt at its new size.
        extended_at_ = expect_landed({.instructions = {lookup_table_extend(
                                          {table_, payer_key(), payer_key()}, addresses_)}},
                                     {.fee = kOneFee, .paid = full_rent_ - empty_rent_})
                           .slot;
    }
    [[nodiscard]] LookupTableAccount account() {
        return decode_lookup_table(node_.account(table_).value().data).value();
    }
    [[nodiscard]] Draft transfers_to_all(std::vector<AddressLookupTable> tables) const {
        Draft draft{.tables = std::move(tables)};
        for (const Pubkey& address : addresses_) {
            draft.instructions.push_back(system_transfer({payer_key(), address, kAmount}));
        }
        return draft;
    }

    std::vector<Pubkey> addresses_ = std::vector<Pubkey>(kAddresses);
    const Lamports empty_rent_, full_rent_;
    const Slot recent_slot_;
    const Pubkey table_;
    Slot extended_at_;
};

TEST_F(LookupTable, IsReadBackAsItWasExtended) {
    const auto raw = node_.account(table_).value();
    EXPECT_EQ(raw.owner, kAddressLookupTableProgram);
    EXPECT_EQ(raw.lamports, full_rent_);
    EXPECT_EQ(raw.data.size(), kFullBytes);
    const auto table = account();
    EXPECT_TRUE(table.is_active());
    EXPECT_EQ(table.authority, payer_key());
    EXPECT_EQ(table.addresses, addresses_);
    EXPECT_EQ(table.last_extended_slot, extended_at_);
    // Ours and the runtime's rule: not in the slot of the extension, but in the next one.
    EXPECT_TRUE(table.usable_at(extended_at_).empty());
    EXPECT_EQ(table.usable_at(extended_at_.plus(1)).size(), kAddresses);
    EXPECT_EQ(encode_lookup_table(table), raw.data);
}

TEST_F(LookupTable, SuppliesTheAccountsOfATransaction) {
    const AddressLookupTable usable{table_, addresses_};
    const Bytes wire = build(transfers_to_all({usable}), node_.latest_blockhash().blockhash);
    const Bytes without = build(transfers_to_all({}), node_.latest_blockhash().blockhash);
    EXPECT_LT(wire.size(), without.size());
    const auto detail =
        expect_landed(wire, {.fee = kOneFee, .paid = Lamports{kAddresses * kAmount.raw()}});
    // Payer, system program, then what the table supplied, in the order of the lookups.
    ASSERT_EQ(detail.account_keys.size(), 2 + kAddresses);
    for (std::size_t i = 0; i < kAddresses; ++i) {
        const auto at = static_cast<std::size_t>(
            std::ranges::find(detail.account_keys, addresses_[i]) - detail.account_keys.begin());
        ASSERT_GE(at, 2U);
        ASSERT_LT(at, detail.account_keys.size());
        EXPECT_EQ(detail.pre_balances[at], Lamports{0});
        EXPECT_EQ(detail.post_balances[at], kAmount);
        EXPECT_EQ(node_.balance(addresses_[i]), kAmount);
    }
}

TEST_F(LookupTable, IsRefusedWhenItDoesNotExistOrIsTooShort) {
    const AddressLookupTable nowhere{new_keypair().public_key(), addresses_};
    expect_refused(transfers_to_all({nowhere}), R"("AddressLookupTableNotFound")");
    AddressLookupTable longer{table_, addresses_};
    longer.addresses.insert(longer.addresses.begin(), new_keypair().public_key());
    expect_refused(transfers_to_all({longer}), R"("InvalidAddressLookupTableIndex")");
}

TEST_F(LookupTable, GivesItsRentBackAfterTheCooldownOfItsDeactivation) {
    const auto deactivated_at =
        expect_landed({.instructions = {lookup_table_deactivate({table_, payer_key()})}},
                      {.fee = kOneFee})
            .slot;
    EXPECT_EQ(account().deactivation_slot, deactivated_at);
    const Draft close{.instructions = {lookup_table_close({table_, payer_key(), payer_key()})}};
    // Usable to the last slot of the cooldown, closable from the next one.
    node_.advance_blocks(kDeactivationCooldownSlots - 1);
    EXPECT_EQ(account().usable_at(deactivated_at.plus(kDeactivationCooldownSlots)).size(),
              kAddresses);
    expect_refused(close, R"({"InstructionError":[0,"InvalidArgument"]})");
    const AddressLookupTable usable{table_, addresses_};
    expect_landed(transfers_to_all({usable}),
                  {.fee = kOneFee, .paid = Lamports{kAddresses * kAmount.raw()}});
    EXPECT_TRUE(account().usable_at(deactivated_at.plus(kDeactivationCooldownSlots + 1)).empty());
    expect_refused(transfers_to_all({usable}), R"("AddressLookupTableNotFound")");
    expect_landed(close, {.fee = kOneFee, .received = full_rent_});
    EXPECT_FALSE(node_.account(table_).has_value());
}

}  // namespace
}  // namespace sniperforge::real_runtime
