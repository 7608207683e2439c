// SPDX-License-Identifier: MIT
#include "sniperforge/execute/upkeep_builder.hpp"

#include <vector>

#include "execute/own_message.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/lookup_table_program.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::execute {
namespace {

using signer::UpkeepKind;

// The real program takes up to 13,428 (tests/integration/real_runtime/upkeep_test.cpp): more than
// three times that, since the search for an address's bump has no bound.
constexpr ComputeUnits kTableUnits{50'000};
// Each System instruction takes 150, and so do the two of the compute budget: 600 at most.
constexpr ComputeUnits kNonceUnits{1'000};

[[nodiscard]] ComputeUnits upkeep_units(UpkeepKind kind) {
    return kind <= UpkeepKind::TableClose ? kTableUnits : kNonceUnits;
}

[[nodiscard]] std::vector<solana::Instruction> instructions_of(const signer::UpkeepPolicy& what,
                                                               const Pubkey& wallet) {
    switch (what.kind) {
        case UpkeepKind::TableCreate:
            return {solana::lookup_table_create({wallet, wallet, what.recent_slot})};
        case UpkeepKind::TableExtend:
            return {solana::lookup_table_extend({what.account, wallet, wallet}, what.addresses)};
        case UpkeepKind::TableDeactivate:
            return {solana::lookup_table_deactivate({what.account, wallet})};
        case UpkeepKind::TableClose:
            return {solana::lookup_table_close({what.account, wallet, wallet})};
        case UpkeepKind::NonceCreate:
            return {solana::system_create_account_with_seed({wallet, what.seed, what.lamports,
                                                             solana::kNonceAccountBytes,
                                                             solana::kSystemProgram}),
                    solana::system_initialize_nonce({what.account, wallet})};
        case UpkeepKind::NonceAdvance:
            return {solana::system_advance_nonce({what.account, wallet})};
        case UpkeepKind::NonceClose:
            return {solana::system_withdraw_nonce({what.account, wallet, wallet, what.lamports})};
    }
    return {};
}

}  // namespace

Lamports upkeep_fee(ComputeUnitPrice price, UpkeepKind kind) {
    return solana::base_fee(1) + solana::priority_fee(price, upkeep_units(kind));
}

Lamports upkeep_cost_max(ComputeUnitPrice price, const signer::UpkeepPolicy& what) {
    return upkeep_fee(price, what.kind) + signer::upkeep_rent_max(what);
}

Result<void> build_upkeep(Bytes& out, const signer::UpkeepPolicy& what,
                          const UpkeepOptions& options) {
    const OwnMessageOptions message{options.price, upkeep_units(what.kind), options.blockhash};
    std::vector<solana::Instruction> instructions;
    add_compute_budget(instructions, message);
    for (solana::Instruction& each : instructions_of(what, options.wallet)) {
        instructions.push_back(std::move(each));
    }
    return compile_own_message(out, options.wallet, instructions, message, to_string(what.kind));
}

}  // namespace sniperforge::execute
