// SPDX-License-Identifier: MIT
#include "sniperforge/dex/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "dex/account_layouts.hpp"
#include "dex/describe_fields.hpp"
#include "sniperforge/core/hex.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {
namespace {

// Token-2022: byte 165 tells a mint (1) from an account (2); extensions follow it.
constexpr std::size_t kAccountTypeOffset = 165;
constexpr std::uint8_t kAccountTypeMint = 1;
constexpr std::uint8_t kAccountTypeAccount = 2;
// The one extension whose value is shown whole: quotes depend on it.
constexpr std::uint16_t kTransferFeeConfig = 1;

Result<AccountDescription> describe_cpmm(const Pubkey& owner, const Pubkey& pubkey,
                                         BytesView data) {
    const auto venue = VenueId::RaydiumCpmm;
    if (starts_with(data, kCpmmPoolDiscriminator)) {
        if (const auto pool = decode_cpmm_pool(pubkey, data); !pool) {
            return Err<Error>{pool.error()};
        }
        auto description = describe_with("pool", venue, data, cpmm_pool_layout());
        // A pool may also be any fresh signer's account, so a different address is no error.
        const auto derived =
            solana::find_program_address({solana::seed("pool"), data.subspan(8, 32),
                                          data.subspan(168, 32), data.subspan(200, 32)},
                                         owner);
        description.fields.emplace_back("derived_pool_pda", text(derived.address.to_string()));
        return description;
    }
    if (starts_with(data, kCpmmConfigDiscriminator)) {
        if (const auto config = decode_cpmm_config(data); !config) {
            return fail(fmt::format("describing account {}", pubkey.to_string()), config.error());
        }
        return describe_with("config", venue, data, cpmm_config_layout());
    }
    if (starts_with(data, kCpmmObservationDiscriminator)) {
        if (data.size() < kCpmmObservationBytes) {
            return refuse(owner, pubkey, data, fmt::format("{}", kCpmmObservationBytes));
        }
        return describe_with("observation", venue, data, cpmm_observation_layout());
    }
    return refuse(owner, pubkey, data,
                  "the discriminator of a Raydium CPMM pool, config or observation");
}

Result<AccountDescription> describe_amm_v4(const Pubkey& owner, const Pubkey& pubkey,
                                           BytesView data) {
    // No discriminators in this program: only the exact length tells a pool from other accounts.
    if (data.size() != kAmmV4PoolBytes) {
        return refuse(owner, pubkey, data,
                      fmt::format("{} of a Raydium AMM v4 pool", kAmmV4PoolBytes));
    }
    if (const auto pool = decode_amm_v4_pool(pubkey, data); !pool) {
        return Err<Error>{pool.error()};
    }
    return describe_with("pool", VenueId::RaydiumAmmV4, data, amm_v4_pool_layout());
}

// [type, length] of every extension, and the bytes of a transfer fee config. Stops at the first
// entry that does not fit, as the program does.
FieldValue describe_extensions(BytesView data) {
    std::vector<FieldValue> extensions;
    ByteReader reader{data.size() > kAccountTypeOffset ? data.subspan(kAccountTypeOffset + 1)
                                                       : BytesView{}};
    while (reader.remaining() >= 4) {
        const auto type = reader.read<std::uint16_t>();
        const auto length = reader.read<std::uint16_t>();
        const auto value = reader.take(length);
        if (type == 0 || !reader.ok()) {
            break;
        }
        std::vector<FieldValue> extension{narrow(type), narrow(length)};
        if (type == kTransferFeeConfig) {
            extension.push_back(text(hex_encode(value)));
        }
        extensions.push_back({std::move(extension)});
    }
    return {std::move(extensions)};
}

Result<AccountDescription> describe_token(const Pubkey& owner, const Pubkey& pubkey,
                                          BytesView data) {
    const std::size_t size = data.size();
    const bool is_extended = size > kAccountTypeOffset && size != solana::kTokenMultisigBytes;
    const std::uint8_t account_type = is_extended ? data[kAccountTypeOffset] : 0;
    if (size == solana::kMintBytes || account_type == kAccountTypeMint) {
        auto description = describe_with("mint", std::nullopt, data, mint_layout());
        description.fields.emplace_back("extensions", describe_extensions(data));
        return description;
    }
    if (size != solana::kTokenAccountBytes && !is_extended) {
        return refuse(owner, pubkey, data,
                      "82 of a mint, 165 of a token account, or more with extensions");
    }
    auto description = describe_with("token_account", std::nullopt, data, token_account_layout());
    if (is_extended && account_type != kAccountTypeAccount) {
        // Bytes behind the base layout that no token program wrote as extensions.
        description.fields.emplace_back("account_type_byte", narrow(account_type));
        description.fields.emplace_back("extensions", FieldValue{std::vector<FieldValue>{}});
        return description;
    }
    description.fields.emplace_back("extensions", describe_extensions(data));
    return description;
}

Result<AccountDescription> describe_lookup_table(const Pubkey& owner, const Pubkey& pubkey,
                                                 BytesView data) {
    const auto table = solana::decode_lookup_table(data);
    if (!table || data.size() < solana::kLookupTableHeaderBytes) {
        return table
                   ? refuse(owner, pubkey, data, "56 of a lookup table's header, or more")
                   : fail(fmt::format("describing account {}", pubkey.to_string()), table.error());
    }
    auto description = describe_with("lookup_table", std::nullopt, data, lookup_table_layout());
    std::vector<FieldValue> addresses;
    addresses.reserve(table->addresses.size());
    for (const Pubkey& address : table->addresses) {
        addresses.push_back(text(address.to_string()));
    }
    description.fields.emplace_back("addresses", FieldValue{std::move(addresses)});
    return description;
}

Result<AccountDescription> describe_system(const Pubkey& owner, const Pubkey& pubkey,
                                           BytesView data) {
    if (data.empty()) {
        return AccountDescription{.kind = "wallet", .venue = std::nullopt, .fields = {}};
    }
    if (data.size() != solana::kNonceAccountBytes) {
        return refuse(owner, pubkey, data, "0 of a wallet or 80 of a nonce account");
    }
    // Version 0 or 1, state uninitialized or initialized: anything else is not a nonce.
    if (read_le<std::uint32_t>(data, 0) > 1 || read_le<std::uint32_t>(data, 4) > 1) {
        return refuse(owner, pubkey, data, "a nonce account's version and state");
    }
    return describe_with("nonce", std::nullopt, data, nonce_layout());
}

}  // namespace

std::string to_json(const FieldValue& field) {
    if (const auto* flag = std::get_if<bool>(&field.value)) {
        return *flag ? "true" : "false";
    }
    if (const auto* number = std::get_if<UnsignedField>(&field.value)) {
        const auto digits = sniperforge::to_string(number->value);
        return number->is_wide ? "\"" + digits + "\"" : digits;
    }
    if (const auto* number = std::get_if<SignedField>(&field.value)) {
        const auto digits = sniperforge::to_string(number->value);
        return number->is_wide ? "\"" + digits + "\"" : digits;
    }
    if (const auto* string = std::get_if<std::string>(&field.value)) {
        return "\"" + *string + "\"";  // base58 or hexadecimal: nothing to escape.
    }
    if (const auto* object = std::get_if<ObjectField>(&field.value)) {
        std::string members = "{";
        for (const auto& [name, value] : *object) {
            members += members.size() > 1 ? "," : "";
            members += "\"" + name + "\":" + to_json(value);
        }
        return members + "}";
    }
    std::string list = "[";
    for (const FieldValue& item : std::get<std::vector<FieldValue>>(field.value)) {
        list += list.size() > 1 ? "," : "";
        list += to_json(item);
    }
    return list + "]";
}

const FieldValue* AccountDescription::find(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &NamedField::name);
    return found == fields.end() ? nullptr : &found->value;
}

Result<AccountDescription> describe_account(const Pubkey& owner, const Pubkey& pubkey,
                                            BytesView data) {
    if (owner == solana::kRaydiumCpmmProgram) {
        return describe_cpmm(owner, pubkey, data);
    }
    if (owner == solana::kRaydiumAmmV4Program) {
        return describe_amm_v4(owner, pubkey, data);
    }
    if (owner == solana::kRaydiumClmmProgram) {
        return describe_raydium_clmm(owner, pubkey, data);
    }
    if (owner == solana::kOrcaWhirlpoolProgram) {
        return describe_orca_whirlpool(owner, pubkey, data);
    }
    if (owner == solana::kMeteoraDlmmProgram) {
        return describe_meteora_dlmm(owner, pubkey, data);
    }
    if (owner == solana::kPumpCurveProgram) {
        return describe_pump_curve(owner, pubkey, data);
    }
    if (owner == solana::kPumpSwapProgram) {
        return describe_pump_swap(owner, pubkey, data);
    }
    if (owner == solana::kPumpFeesProgram) {
        return describe_pump_fees(owner, pubkey, data);
    }
    if (owner == solana::kMeteoraDammV2Program) {
        return describe_meteora_damm_v2(owner, pubkey, data);
    }
    if (solana::is_token_program(owner)) {
        return describe_token(owner, pubkey, data);
    }
    if (owner == solana::kAddressLookupTableProgram) {
        return describe_lookup_table(owner, pubkey, data);
    }
    if (owner == solana::kSystemProgram) {
        return describe_system(owner, pubkey, data);
    }
    return refuse(owner, pubkey, data,
                  "an account of Raydium AMM v4, Raydium CPMM, Raydium CLMM, Orca Whirlpool, "
                  "Meteora DLMM, Meteora DAMM v2, pump.fun, PumpSwap, pump's fee program, SPL "
                  "Token, Token-2022, "
                  "the address lookup table program or the system program");
}

}  // namespace sniperforge::dex
