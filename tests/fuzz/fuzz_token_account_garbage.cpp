// SPDX-License-Identifier: MIT
// Account data comes from strangers: any bytes are an error or a value that encodes and decodes to
// itself.
#include "fuzz_target.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/metaplex_metadata.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::solana {
namespace {

void check(BytesView input) {
    const auto account = decode_token_account(input);
    if (account) {
        SF_ASSERT(decode_token_account(encode_token_account(*account)) == account);
        SF_ASSERT(token_account_amount(input) == account->amount);
    }
    if (const auto mint = decode_mint(input)) {
        SF_ASSERT(decode_mint(encode_mint(*mint)) == mint);
    }
    if (const auto extensions = decode_mint_extensions(input)) {
        const TokenAmount amount = TokenAmount::max();
        SF_ASSERT(transfer_fee(*extensions, 0, amount) <= amount);
        SF_ASSERT(transfer_fee(*extensions, kU64Max, amount) <= amount);
    }
    (void)decode_account_extensions(input);
    if (const auto table = decode_lookup_table(input)) {
        SF_ASSERT(decode_lookup_table(encode_lookup_table(*table)) == table);
        SF_ASSERT(table->usable_at(Slot{1}).size() <= table->addresses.size());
    }
    // Of the mint that it names itself, so that the fuzzer need not guess one.
    const Pubkey mint =
        input.size() < 65 ? Pubkey{} : Pubkey::from(input.subspan(33, Pubkey::kSize));
    if (const auto metadata = decode_metaplex_metadata(input, mint)) {
        SF_ASSERT(metadata->mint == mint && metadata->name.size() <= kMetaplexNameMax &&
                  metadata->symbol.size() <= kMetaplexSymbolMax &&
                  metadata->uri.size() <= kMetaplexUriMax);
    }
    if (const auto nonce = decode_nonce_account(input)) {
        SF_ASSERT(decode_nonce_account(encode_nonce_account(*nonce)) == nonce);
    }
}

}  // namespace
}  // namespace sniperforge::solana

SF_FUZZ_TARGET {
    sniperforge::solana::check({data, size});
    return 0;
}
