// SPDX-License-Identifier: MIT
// Any bytes are an error or extensions of which every one is found again, by type, in the account's
// order; fees stay within the amount.
#include "fuzz_target.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::solana {
namespace {

template <typename Extensions>
void check_entries(const Extensions& extensions, BytesView input) {
    std::size_t bytes = 0;
    for (const ExtensionEntry& entry : extensions.entries) {
        SF_ASSERT(entry.type != ExtensionType::Uninitialized);
        SF_ASSERT(extensions.find(entry.type) == &entry);
        SF_ASSERT(!extension_name(entry.type).empty());
        bytes += 4 + entry.value.size();
    }
    SF_ASSERT(bytes <= input.size());
}

void check(BytesView input) {
    if (const auto mint = decode_mint_extensions(input)) {
        check_entries(*mint, input);
        const auto has = [&](ExtensionType type) { return mint->find(type) != nullptr; };
        SF_ASSERT(mint->transfer_fee_config.has_value() == has(ExtensionType::TransferFeeConfig));
        SF_ASSERT(mint->token_metadata.has_value() == has(ExtensionType::TokenMetadata));
        SF_ASSERT(mint->token_group.has_value() == has(ExtensionType::TokenGroup));
        SF_ASSERT(mint->confidential_mint_burn.has_value() ==
                  has(ExtensionType::ConfidentialMintBurn));
        for (const std::uint64_t raw : {std::uint64_t{1}, std::uint64_t{1'000'003}, kU64Max}) {
            SF_ASSERT(transfer_fee(*mint, 0, TokenAmount{raw}) <= TokenAmount{raw});
            SF_ASSERT(transfer_fee(*mint, kU64Max, TokenAmount{raw}) <= TokenAmount{raw});
        }
    }
    if (const auto account = decode_account_extensions(input)) {
        check_entries(*account, input);
        SF_ASSERT(account->confidential_transfer.has_value() ==
                  (account->find(ExtensionType::ConfidentialTransferAccount) != nullptr));
    }
}

}  // namespace
}  // namespace sniperforge::solana

SF_FUZZ_TARGET {
    sniperforge::solana::check({data, size});
    return 0;
}
