// SPDX-License-Identifier: MIT
// What upkeep sends, as it is built and signed for: on the real programs, within the compute units
// that it asks for, and for what it says that it costs.
#include <fmt/format.h>

#include <string>

#include "integration/real_runtime/node.hpp"
#include "sniperforge/execute/upkeep_builder.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::real_runtime {
namespace {

using signer::UpkeepKind;
using signer::UpkeepPolicy;

constexpr ComputeUnitPrice kUpkeepPrice{10'000};

class Upkeep : public RealRuntime {
 protected:
    // Landed, for the fee that is told beforehand and what `cost` has of rent.
    void land(const UpkeepPolicy& what, Cost cost) {
        const Hash lifetime = node_.latest_blockhash().blockhash;
        Bytes message;
        ASSERT_TRUE(execute::build_upkeep(message, what, {payer_key(), kUpkeepPrice, lifetime})
                        .has_value());
        const solana::Keypair* const signers[] = {&payer_};
        const auto wire = solana::sign_transaction(message, signers);
        ASSERT_TRUE(wire.has_value());
        cost.fee = execute::upkeep_fee(kUpkeepPrice, what.kind);
        expect_landed(*wire, cost);
        EXPECT_LE(cost.fee + cost.paid, execute::upkeep_cost_max(kUpkeepPrice, what));
        const bool is_of_table = what.kind <= UpkeepKind::TableClose;
        EXPECT_LE(units_of(signature_of(*wire)), is_of_table ? 13'500U : 600U)
            << to_string(what.kind);
    }

    [[nodiscard]] std::uint64_t units_of(const Signature& signature) {
        const auto told = node_.call(
            "getTransaction",
            fmt::format(R"(["{}",{{"commitment":"confirmed","maxSupportedTransactionVersion":0}}])",
                        signature.to_string()));
        constexpr std::string_view kMember = R"("computeUnitsConsumed":)";
        const auto at = told ? told->find(kMember) : std::string::npos;
        if (at == std::string::npos) {
            ADD_FAILURE() << "no compute units in " << (told ? *told : told.error().text());
            return 0;
        }
        return std::stoull(told->substr(at + kMember.size()));
    }
};

TEST_F(Upkeep, OfATableFromItsMakingToItsRentBack) {
    const Slot recent = node_.slot();
    const Pubkey table = solana::find_lookup_table_address(payer_key(), recent).address;
    const Lamports empty = node_.rent_exempt_minimum(solana::kLookupTableHeaderBytes);
    land({.kind = UpkeepKind::TableCreate, .account = table, .recent_slot = recent},
         {.fee = {}, .paid = empty});
    std::vector<Pubkey> addresses(signer::kUpkeepAddressesMax);
    for (Pubkey& address : addresses) {
        address = new_keypair().public_key();
    }
    const Lamports full = node_.rent_exempt_minimum(solana::kLookupTableHeaderBytes +
                                                    addresses.size() * Pubkey::kSize);
    land({.kind = UpkeepKind::TableExtend, .account = table, .addresses = addresses},
         {.fee = {}, .paid = full - empty});
    EXPECT_EQ(solana::decode_lookup_table(node_.account(table).value().data).value().addresses,
              addresses);
    land({.kind = UpkeepKind::TableDeactivate, .account = table}, {});
    node_.advance_blocks(solana::kDeactivationCooldownSlots + 1);
    land({.kind = UpkeepKind::TableClose, .account = table}, {.fee = {}, .received = full});
    EXPECT_FALSE(node_.account(table).has_value());
}

TEST_F(Upkeep, OfANonceFromItsMakingToItsRentBack) {
    const Pubkey nonce = signer::nonce_address(payer_key(), 3);
    const Lamports rent = node_.rent_exempt_minimum(solana::kNonceAccountBytes);
    ASSERT_LE(rent, signer::nonce_rent_max());
    land({.kind = UpkeepKind::NonceCreate,
          .account = nonce,
          .seed = signer::nonce_seed(3),
          .lamports = rent},
         {.fee = {}, .paid = rent});
    const auto read = [&] {
        return solana::decode_nonce_account(node_.account(nonce).value().data).value();
    };
    const Hash before = read().nonce;
    EXPECT_EQ(read().authority, payer_key());
    node_.advance_blocks(1);
    land({.kind = UpkeepKind::NonceAdvance, .account = nonce}, {});
    EXPECT_NE(read().nonce, before);
    land({.kind = UpkeepKind::NonceClose, .account = nonce, .lamports = rent},
         {.fee = {}, .received = rent});
    EXPECT_FALSE(node_.account(nonce).has_value());
}

}  // namespace
}  // namespace sniperforge::real_runtime
