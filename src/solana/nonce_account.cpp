// SPDX-License-Identifier: MIT
#include "sniperforge/solana/nonce_account.hpp"

#include <fmt/format.h>

namespace sniperforge::solana {
namespace {

constexpr std::uint32_t kVersionCurrent = 1;
constexpr std::uint32_t kStateInitialized = 1;

}  // namespace

Result<NonceAccount> decode_nonce_account(BytesView data) {
    if (data.size() != kNonceAccountBytes) {
        return fail(fmt::format("nonce account has {} bytes, expected {}", data.size(),
                                kNonceAccountBytes));
    }
    ByteReader reader{data};
    const auto version = reader.read<std::uint32_t>();
    const auto state = reader.read<std::uint32_t>();
    if (version != kVersionCurrent || state != kStateInitialized) {
        return fail(
            fmt::format("nonce account has version {} and state {}, expected {} and {} "
                        "(initialised)",
                        version, state, kVersionCurrent, kStateInitialized));
    }
    NonceAccount account;
    account.authority = reader.read_key<Pubkey>();
    account.nonce = reader.read_key<Hash>();
    account.fee_per_signature = Lamports{reader.read<std::uint64_t>()};
    SF_ASSERT(reader.ok());
    return account;
}

Bytes encode_nonce_account(const NonceAccount& account) {
    Bytes data;
    data.reserve(kNonceAccountBytes);
    append_le(data, kVersionCurrent);
    append_le(data, kStateInitialized);
    append(data, account.authority.bytes);
    append(data, account.nonce.bytes);
    append_le(data, account.fee_per_signature.raw());
    SF_ASSERT(data.size() == kNonceAccountBytes);
    return data;
}

}  // namespace sniperforge::solana
