// SPDX-License-Identifier: MIT
// Shapes: protocol rpc-examples; what they leave out as agave's account-decoder writes it (members
// in the order of their names, numbers above 53 bits as text where it does so).
#include "sim/json_parsed_account.hpp"

#include <algorithm>
#include <array>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/lookup_table.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::sim {
namespace {

using solana::ExtensionType;

void write_key(JsonWriter& json, std::string_view name, const std::optional<Pubkey>& key) {
    json.key(name);
    if (key) {
        json.string(key->to_string());
    } else {
        json.null();
    }
}

// ---- Extensions ----

void write_fee(JsonWriter& json, const solana::TransferFee& fee) {
    json.begin_object().key("epoch").number(fee.epoch);
    json.key("maximumFee").number(fee.fee_max.raw());
    json.key("transferFeeBasisPoints").number(fee.rate.raw()).end_object();
}

void write_fee_config(JsonWriter& json, const solana::TransferFeeConfig& config) {
    json.key("newerTransferFee");
    write_fee(json, config.newer);
    json.key("olderTransferFee");
    write_fee(json, config.older);
    write_key(json, "transferFeeConfigAuthority", config.config_authority);
    write_key(json, "withdrawWithheldAuthority", config.withdraw_authority);
    json.key("withheldAmount").number(config.withheld.raw());
}

void write_metadata(JsonWriter& json, const solana::TokenMetadata& metadata) {
    json.key("additionalMetadata").begin_array();
    for (const auto& [key, value] : metadata.additional) {
        json.begin_array().string(key).string(value).end_array();
    }
    json.end_array().key("mint").string(metadata.mint.to_string());
    json.key("name").string(metadata.name).key("symbol").string(metadata.symbol);
    write_key(json, "updateAuthority", metadata.update_authority);
    json.key("uri").string(metadata.uri);
}

template <typename WriteState>
void write_extension(JsonWriter& json, std::string_view name, WriteState write_state) {
    json.begin_object().key("extension").string(name).key("state").begin_object();
    write_state();
    json.end_object().end_object();
}

void write_extension(JsonWriter& json, std::string_view name) {
    json.begin_object().key("extension").string(name).end_object();
}

std::string_view state_name(std::uint8_t state) {
    constexpr std::array<std::string_view, 3> kNames{"uninitialized", "initialized", "frozen"};
    return kNames[std::min<std::size_t>(state, kNames.size() - 1)];
}

// False for a type that is not written here.
bool write_mint_extension(JsonWriter& json, const solana::MintExtensions& mint,
                          ExtensionType type) {
    const auto pointer = [&](std::string_view name, std::string_view address_name,
                             const solana::ExtensionPointer& it) {
        write_extension(json, name, [&] {
            write_key(json, "authority", it.authority);
            write_key(json, address_name, it.address);
        });
    };
    switch (type) {
        case ExtensionType::TransferFeeConfig:
            write_extension(json, "transferFeeConfig",
                            [&] { write_fee_config(json, *mint.transfer_fee_config); });
            return true;
        case ExtensionType::MintCloseAuthority:
            write_extension(json, "mintCloseAuthority", [&] {
                write_key(json, "closeAuthority", mint.mint_close_authority->authority);
            });
            return true;
        case ExtensionType::DefaultAccountState:
            write_extension(json, "defaultAccountState", [&] {
                json.key("accountState").string(state_name(mint.default_account_state->state));
            });
            return true;
        case ExtensionType::PermanentDelegate:
            write_extension(json, "permanentDelegate", [&] {
                write_key(json, "delegate", mint.permanent_delegate->delegate);
            });
            return true;
        case ExtensionType::NonTransferable:
            write_extension(json, "nonTransferable");
            return true;
        case ExtensionType::TransferHook:
            write_extension(json, "transferHook", [&] {
                write_key(json, "authority", mint.transfer_hook->authority);
                write_key(json, "programId", mint.transfer_hook->program_id);
            });
            return true;
        case ExtensionType::MetadataPointer:
            pointer("metadataPointer", "metadataAddress", *mint.metadata_pointer);
            return true;
        case ExtensionType::GroupPointer:
            pointer("groupPointer", "groupAddress", *mint.group_pointer);
            return true;
        case ExtensionType::GroupMemberPointer:
            pointer("groupMemberPointer", "memberAddress", *mint.group_member_pointer);
            return true;
        case ExtensionType::TokenMetadata:
            write_extension(json, "tokenMetadata",
                            [&] { write_metadata(json, *mint.token_metadata); });
            return true;
        default:
            return false;
    }
}

bool write_account_extension(JsonWriter& json, const solana::AccountExtensions& account,
                             ExtensionType type) {
    switch (type) {
        case ExtensionType::ImmutableOwner:
            write_extension(json, "immutableOwner");
            return true;
        case ExtensionType::NonTransferableAccount:
            write_extension(json, "nonTransferableAccount");
            return true;
        case ExtensionType::MemoTransfer:
            write_extension(json, "memoTransfer", [&] {
                json.key("requireIncomingTransferMemos").boolean(account.requires_memo);
            });
            return true;
        case ExtensionType::CpiGuard:
            write_extension(json, "cpiGuard",
                            [&] { json.key("lockCpi").boolean(account.is_cpi_guarded); });
            return true;
        case ExtensionType::TransferFeeAmount:
            write_extension(json, "transferFeeAmount", [&] {
                json.key("withheldAmount").number(account.transfer_fee_withheld->raw());
            });
            return true;
        default:
            return false;
    }
}

// `,"extensions":[..]` where there are any; false when one of them is not written here.
template <typename Extensions, typename WriteOne>
bool write_extensions(JsonWriter& json, const Result<Extensions>& extensions, WriteOne write_one) {
    if (!extensions) {
        return false;
    }
    if (extensions->entries.empty()) {
        return true;
    }
    json.key("extensions").begin_array();
    for (const solana::ExtensionEntry& entry : extensions->entries) {
        if (!write_one(json, *extensions, entry.type)) {
            return false;
        }
    }
    json.end_array();
    return true;
}

// ---- The parsed forms: each writes `info` and gives its type, or gives nothing ----

using Type = std::optional<std::string_view>;

// Amounts of such a mint are shown multiplied by what time makes of them.
bool is_amount_scaled(const Account& mint) {
    const auto extensions = solana::decode_mint_extensions(mint.data);
    return !extensions || extensions->interest_bearing_config || extensions->scaled_ui_amount;
}

Type write_token_account(JsonWriter& json, const Account& account, const AccountFinder& find) {
    const auto token = solana::decode_token_account(account.data);
    if (!token || token->state == solana::TokenAccountState::Uninitialized) {
        return std::nullopt;
    }
    const Account* mint_account = find(token->mint);
    if (mint_account == nullptr || !solana::is_token_program(mint_account->owner)) {
        return std::nullopt;
    }
    const auto mint = solana::decode_mint(mint_account->data);
    if (!mint || is_amount_scaled(*mint_account)) {
        return std::nullopt;
    }
    json.begin_object();
    if (token->close_authority) {
        write_key(json, "closeAuthority", token->close_authority);
    }
    if (token->delegate) {
        write_key(json, "delegate", token->delegate);
        json.key("delegatedAmount");
        write_token_amount(json, token->delegated_amount.raw(), mint->decimals);
    }
    if (!write_extensions(json, solana::decode_account_extensions(account.data),
                          write_account_extension)) {
        return std::nullopt;
    }
    json.key("isNative").boolean(token->is_native());
    json.key("mint").string(token->mint.to_string());
    json.key("owner").string(token->owner.to_string());
    if (token->native_rent_reserve) {
        json.key("rentExemptReserve");
        write_token_amount(json, token->native_rent_reserve->raw(), mint->decimals);
    }
    json.key("state").string(state_name(static_cast<std::uint8_t>(token->state)));
    json.key("tokenAmount");
    write_token_amount(json, token->amount.raw(), mint->decimals);
    json.end_object();
    return "account";
}

Type write_mint(JsonWriter& json, const Account& account) {
    const auto mint = solana::decode_mint(account.data);
    if (!mint || !mint->is_initialized) {
        return std::nullopt;
    }
    json.begin_object().key("decimals").number(static_cast<unsigned>(mint->decimals));
    if (!write_extensions(json, solana::decode_mint_extensions(account.data),
                          write_mint_extension)) {
        return std::nullopt;
    }
    write_key(json, "freezeAuthority", mint->freeze_authority);
    json.key("isInitialized").boolean(true);
    write_key(json, "mintAuthority", mint->mint_authority);
    json.key("supply").string(std::to_string(mint->supply.raw())).end_object();
    return "mint";
}

// u8 signers required, u8 signers, u8 is initialised, 11 keys.
Type write_multisig(JsonWriter& json, const Account& account) {
    constexpr std::size_t kHeaderBytes = 3;
    constexpr std::size_t kSignersMax = 11;
    const Bytes& data = account.data;
    if (data.size() != solana::kTokenMultisigBytes || data[2] != 1) {
        return std::nullopt;
    }
    json.begin_object().key("isInitialized").boolean(true);
    json.key("numRequiredSigners").number(static_cast<unsigned>(data[0]));
    json.key("numValidSigners").number(static_cast<unsigned>(data[1]));
    json.key("signers").begin_array();
    for (std::size_t i = 0; i < kSignersMax; ++i) {
        Pubkey signer;
        std::ranges::copy(BytesView{data}.subspan(kHeaderBytes + i * Pubkey::kSize, Pubkey::kSize),
                          signer.bytes.begin());
        if (signer != Pubkey{}) {
            json.string(signer.to_string());
        }
    }
    json.end_array().end_object();
    return "multisig";
}

Type write_nonce(JsonWriter& json, const Account& account) {
    // An uninitialised one cannot be told from any other account that holds zeros.
    const auto nonce = solana::decode_nonce_account(account.data);
    if (!nonce) {
        return std::nullopt;
    }
    json.begin_object().key("authority").string(nonce->authority.to_string());
    json.key("blockhash").string(nonce->nonce.to_string());
    json.key("feeCalculator").begin_object().key("lamportsPerSignature");
    json.string(std::to_string(nonce->fee_per_signature.raw())).end_object().end_object();
    return "initialized";
}

Type write_lookup_table(JsonWriter& json, const Account& account) {
    const auto table = solana::decode_lookup_table(account.data);
    if (!table) {
        return std::nullopt;
    }
    json.begin_object().key("addresses").begin_array();
    for (const Pubkey& address : table->addresses) {
        json.string(address.to_string());
    }
    json.end_array();
    if (table->authority) {
        write_key(json, "authority", table->authority);
    }
    json.key("deactivationSlot").string(std::to_string(table->deactivation_slot.value));
    json.key("lastExtendedSlot").string(std::to_string(table->last_extended_slot.value));
    json.key("lastExtendedSlotStartIndex");
    json.number(static_cast<unsigned>(table->last_extended_start_index)).end_object();
    return "lookupTable";
}

struct Parsed {
    std::string_view program;
    std::string info;
    std::string_view type;
};

template <typename Write>
std::optional<Parsed> attempt(std::string_view program, Write write) {
    Parsed parsed{program, {}, {}};
    JsonWriter json{parsed.info};
    const Type type = write(json);
    if (!type) {
        return std::nullopt;
    }
    parsed.type = *type;
    return parsed;
}

std::optional<Parsed> parse(const Account& account, const AccountFinder& find) {
    if (solana::is_token_program(account.owner)) {
        const std::string_view program =
            account.owner == solana::kTokenProgram ? "spl-token" : "spl-token-2022";
        if (auto token = attempt(program, [&](JsonWriter& json) {
                return write_token_account(json, account, find);
            })) {
            return token;
        }
        if (auto mint =
                attempt(program, [&](JsonWriter& json) { return write_mint(json, account); })) {
            return mint;
        }
        return attempt(program, [&](JsonWriter& json) { return write_multisig(json, account); });
    }
    if (account.owner == solana::kSystemProgram) {
        return attempt("nonce", [&](JsonWriter& json) { return write_nonce(json, account); });
    }
    if (account.owner == solana::kAddressLookupTableProgram) {
        return attempt("address-lookup-table",
                       [&](JsonWriter& json) { return write_lookup_table(json, account); });
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> parsed_data(const Account& account, const AccountFinder& find) {
    const auto parsed = parse(account, find);
    if (!parsed) {
        return std::nullopt;
    }
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("program").string(parsed->program);
    json.key("parsed").begin_object().key("info").raw(parsed->info);
    json.key("type").string(parsed->type).end_object();
    json.key("space").number(account.data.size()).end_object();
    return text;
}

bool is_listed(const Account& account, AccountEncoding encoding, const AccountFinder& find) {
    return encoding != AccountEncoding::JsonParsed || !solana::is_token_program(account.owner) ||
           parsed_data(account, find).has_value();
}

}  // namespace sniperforge::sim
