// SPDX-License-Identifier: MIT
#include "execute/own_message.hpp"

#include <fmt/format.h>

#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::execute {
namespace {

// One signature: its 64 bytes and, before version 1, its count byte.
[[nodiscard]] std::size_t message_bytes_max(solana::MessageVersion version) {
    constexpr std::size_t kSignatureBytes = 64;
    const std::size_t count_bytes = version == solana::MessageVersion::V1 ? 0 : 1;
    return solana::transaction_bytes_max(version) - kSignatureBytes - count_bytes;
}
// What a transaction of an older version may load without asking. (v1 has no default but zero.)
constexpr std::uint32_t kLoadedAccountsBytes = 64 * 1024 * 1024;

[[nodiscard]] Result<void> compile(Bytes& out, const Pubkey& wallet,
                                   std::span<const solana::Instruction> instructions,
                                   const OwnMessageOptions& options) {
    if (options.version != solana::MessageVersion::V1) {
        return solana::compile_message_into(out, wallet, instructions, options.blockhash,
                                            options.tables);
    }
    return solana::compile_message_v1_into(
        out, wallet, instructions, options.blockhash,
        {.priority_fee = solana::priority_fee(options.price, options.units),
         .compute_unit_limit = options.units,
         .loaded_accounts_data_size_limit = kLoadedAccountsBytes});
}

}  // namespace

void add_advance(std::vector<solana::Instruction>& instructions, const Pubkey& wallet,
                 const std::optional<Pubkey>& nonce) {
    if (nonce) {
        instructions.push_back(solana::system_advance_nonce({*nonce, wallet}));
    }
}

void add_compute_budget(std::vector<solana::Instruction>& instructions,
                        const OwnMessageOptions& options) {
    if (options.version != solana::MessageVersion::V1) {
        instructions.push_back(solana::set_compute_unit_limit(options.units));
        instructions.push_back(solana::set_compute_unit_price(options.price));
    }
}

void add_tip(std::vector<solana::Instruction>& instructions, const Pubkey& wallet,
             const std::optional<Tip>& tip) {
    if (tip) {
        instructions.push_back(solana::system_transfer({wallet, tip->account, tip->amount}));
    }
}

Result<void> compile_own_message(Bytes& out, const Pubkey& wallet,
                                 std::span<const solana::Instruction> instructions,
                                 const OwnMessageOptions& options, std::string_view what) {
    if (auto compiled = compile(out, wallet, instructions, options); !compiled) {
        return fail(fmt::format("building a {} with {} lookup tables", what, options.tables.size()),
                    compiled.error());
    }
    const std::size_t bytes_max = message_bytes_max(options.version);
    if (out.size() > bytes_max) {
        return fail(fmt::format("the message of a {} has {} bytes, a transaction holds {}", what,
                                out.size(), bytes_max));
    }
    return {};
}

}  // namespace sniperforge::execute
