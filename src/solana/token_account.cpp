// SPDX-License-Identifier: MIT
#include "sniperforge/solana/token_account.hpp"

#include <fmt/format.h>

#include "token_layout.hpp"

namespace sniperforge::solana {
namespace {

// A COption of the token programs: a u32 tag and room for the value either way.
template <typename Value>
[[nodiscard]] bool take_option(std::uint32_t tag, const Value& value, std::optional<Value>& out) {
    if (tag > 1) {
        return false;
    }
    out = tag == 1 ? std::optional{value} : std::nullopt;
    return true;
}

[[nodiscard]] bool read_optional_key(ByteReader& reader, std::optional<Pubkey>& out) {
    const auto tag = reader.read<std::uint32_t>();
    return take_option(tag, reader.read_key<Pubkey>(), out);
}

// Writes fields one after the other into a layout of fixed size.
class FixedWriter {
 public:
    explicit FixedWriter(std::span<std::uint8_t> out) : out_{out} {}

    template <typename Integer>
    void put(Integer value) {
        write_le(out_, at_, value);
        at_ += sizeof value;
    }
    void put_key(const Pubkey& key) {
        SF_ASSERT(at_ + Pubkey::kSize <= out_.size());
        std::memcpy(out_.data() + at_, key.bytes.data(), Pubkey::kSize);
        at_ += Pubkey::kSize;
    }
    void put_optional_key(const std::optional<Pubkey>& key) {
        put(static_cast<std::uint32_t>(key ? 1 : 0));
        put_key(key.value_or(Pubkey{}));
    }
    [[nodiscard]] std::size_t position() const { return at_; }

 private:
    std::span<std::uint8_t> out_;
    std::size_t at_ = 0;
};

}  // namespace

Result<void> check_token_layout(BytesView data, TokenAccountType type) {
    const bool is_mint = type == TokenAccountType::Mint;
    const char* const name = is_mint ? "mint" : "token account";
    const std::size_t base = is_mint ? kMintBytes : kTokenAccountBytes;
    if (data.size() == base) {
        return {};
    }
    if (data.size() <= kAccountTypeOffset || data.size() == kTokenMultisigBytes) {
        return fail(
            fmt::format("{} has {} bytes, expected {}, or more than {} with extensions "
                        "(and not {}, a multisig)",
                        name, data.size(), base, kTokenAccountBytes, kTokenMultisigBytes));
    }
    if (!is_type_byte_of(type, data[kAccountTypeOffset])) {
        return fail(fmt::format("{} of {} bytes has account type {}, expected {}", name,
                                data.size(), data[kAccountTypeOffset],
                                static_cast<unsigned>(type)));
    }
    return {};
}

Result<TokenAccount> decode_token_account(BytesView data) {
    if (auto layout = check_token_layout(data, TokenAccountType::Account); !layout) {
        return Err{layout.error()};
    }
    ByteReader reader{data.first(kTokenAccountBytes)};
    TokenAccount account;
    account.mint = reader.read_key<Pubkey>();
    account.owner = reader.read_key<Pubkey>();
    account.amount = TokenAmount{reader.read<std::uint64_t>()};
    bool is_valid = read_optional_key(reader, account.delegate);
    const auto state = reader.read<std::uint8_t>();
    is_valid = is_valid && state <= static_cast<std::uint8_t>(TokenAccountState::Frozen);
    account.state = static_cast<TokenAccountState>(state);
    const auto native_tag = reader.read<std::uint32_t>();
    const Lamports reserve{reader.read<std::uint64_t>()};
    is_valid = is_valid && take_option(native_tag, reserve, account.native_rent_reserve);
    account.delegated_amount = TokenAmount{reader.read<std::uint64_t>()};
    is_valid = read_optional_key(reader, account.close_authority) && is_valid;
    SF_ASSERT(reader.ok() && reader.remaining() == 0);
    if (!is_valid) {
        return fail(
            fmt::format("token account has state {} or an option tag above 1: these {} "
                        "bytes are something else",
                        state, data.size()));
    }
    return account;
}

std::array<std::uint8_t, kTokenAccountBytes> encode_token_account(const TokenAccount& account) {
    std::array<std::uint8_t, kTokenAccountBytes> data{};
    FixedWriter writer{data};
    writer.put_key(account.mint);
    writer.put_key(account.owner);
    writer.put(account.amount.raw());
    writer.put_optional_key(account.delegate);
    writer.put(static_cast<std::uint8_t>(account.state));
    writer.put(static_cast<std::uint32_t>(account.native_rent_reserve ? 1 : 0));
    writer.put(account.native_rent_reserve.value_or(Lamports{}).raw());
    writer.put(account.delegated_amount.raw());
    writer.put_optional_key(account.close_authority);
    SF_ASSERT(writer.position() == data.size());
    return data;
}

Result<Mint> decode_mint(BytesView data) {
    if (auto layout = check_token_layout(data, TokenAccountType::Mint); !layout) {
        return Err{layout.error()};
    }
    ByteReader reader{data.first(kMintBytes)};
    Mint mint;
    bool is_valid = read_optional_key(reader, mint.mint_authority);
    mint.supply = TokenAmount{reader.read<std::uint64_t>()};
    mint.decimals = reader.read<std::uint8_t>();
    const auto is_initialized = reader.read<std::uint8_t>();
    is_valid = is_valid && is_initialized <= 1;
    mint.is_initialized = is_initialized == 1;
    is_valid = read_optional_key(reader, mint.freeze_authority) && is_valid;
    SF_ASSERT(reader.ok() && reader.remaining() == 0);
    if (!is_valid) {
        return fail(
            fmt::format("mint has an initialised flag or option tag above 1: these {} "
                        "bytes are something else",
                        data.size()));
    }
    return mint;
}

std::array<std::uint8_t, kMintBytes> encode_mint(const Mint& mint) {
    std::array<std::uint8_t, kMintBytes> data{};
    FixedWriter writer{data};
    writer.put_optional_key(mint.mint_authority);
    writer.put(mint.supply.raw());
    writer.put(mint.decimals);
    writer.put(static_cast<std::uint8_t>(mint.is_initialized ? 1 : 0));
    writer.put_optional_key(mint.freeze_authority);
    SF_ASSERT(writer.position() == data.size());
    return data;
}

std::optional<TokenAmount> token_account_amount(BytesView data) {
    constexpr std::size_t kAmountOffset = 64;
    const bool is_plain = data.size() == kTokenAccountBytes;
    const bool is_extended = data.size() > kTokenAccountBytes &&
                             data.size() != kTokenMultisigBytes &&
                             is_type_byte_of(TokenAccountType::Account, data[kAccountTypeOffset]);
    if (!is_plain && !is_extended) {
        return std::nullopt;
    }
    return TokenAmount{read_le<std::uint64_t>(data, kAmountOffset)};
}

}  // namespace sniperforge::solana
