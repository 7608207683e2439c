// SPDX-License-Identifier: MIT
#include "sniperforge/dex/transfer_terms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {

Result<TransferTerms> decode_transfer_terms(const AccountUpdate& mint) {
    const auto refuse = [&](std::string_view what) {
        return fmt::format("reading mint {}{}", mint.pubkey.to_string(), what);
    };
    if (!solana::is_token_program(mint.owner)) {
        return fail(refuse(
            fmt::format(": owned by {}, which is not a token program", mint.owner.to_string())));
    }
    if (const auto decoded = solana::decode_mint(mint.data); !decoded) {
        return fail(refuse(""), decoded.error());
    }
    const auto extensions = solana::decode_mint_extensions(mint.data);
    if (!extensions) {
        return fail(refuse(""), extensions.error());
    }
    const bool has_hook =
        extensions->transfer_hook && extensions->transfer_hook->program_id.has_value();
    // What is newer than this code may do anything to a transfer.
    const bool has_unknown = std::ranges::any_of(extensions->entries, [](const auto& entry) {
        return entry.type > solana::ExtensionType::PermissionedBurn;
    });
    return TransferTerms{
        .is_known = true,
        .is_unpredictable = has_hook || has_unknown || extensions->is_non_transferable,
        .fee = extensions->transfer_fee_config};
}

TokenAmount transfer_fee(const TransferTerms* terms, std::uint64_t epoch, TokenAmount amount) {
    return terms != nullptr && terms->fee ? solana::transfer_fee(*terms->fee, epoch, amount)
                                          : TokenAmount{};
}

std::optional<TokenAmount> amount_to_send(const TransferTerms* terms, std::uint64_t epoch,
                                          TokenAmount received) {
    return terms != nullptr && terms->fee
               ? solana::amount_before_transfer_fee(*terms->fee, epoch, received)
               : std::optional{received};
}

}  // namespace sniperforge::dex
