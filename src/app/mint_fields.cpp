// SPDX-License-Identifier: MIT
#include "app/mint_fields.hpp"

#include <bit>

#include "sniperforge/core/hex.hpp"
#include "sniperforge/engine/mint_findings.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

using solana::ExtensionType;
using solana::MintExtensions;

[[nodiscard]] std::string fee_of(const solana::TransferFee& fee) {
    return JsonFields{}
        .wide("epoch", fee.epoch)
        .wide("maximum_fee", fee.fee_max.raw())
        .narrow("transfer_fee_basis_points", static_cast<std::int64_t>(fee.rate.raw()))
        .object();
}

[[nodiscard]] JsonFields fee_config(const solana::TransferFeeConfig& config) {
    return JsonFields{}
        .key("transfer_fee_config_authority", config.config_authority)
        .key("withdraw_withheld_authority", config.withdraw_authority)
        .wide("withheld_amount", config.withheld.raw())
        .raw("older_transfer_fee", fee_of(config.older))
        .raw("newer_transfer_fee", fee_of(config.newer));
}

[[nodiscard]] JsonFields pointer(const solana::ExtensionPointer& fields, std::string_view address) {
    return JsonFields{}.key("authority", fields.authority).key(address, fields.address);
}

[[nodiscard]] JsonFields metadata(const solana::TokenMetadata& fields) {
    std::vector<std::string> pairs;
    for (const auto& [name, value] : fields.additional) {
        pairs.push_back(fmt::format("[{},{}]", json_quoted(name), json_quoted(value)));
    }
    return JsonFields{}
        .key("update_authority", fields.update_authority)
        .key("mint", fields.mint)
        .text("name", fields.name)
        .text("symbol", fields.symbol)
        .text("uri", fields.uri)
        .raw("additional_metadata", json_array(pairs));
}

[[nodiscard]] JsonFields interest(const solana::InterestBearingConfig& fields) {
    return JsonFields{}
        .key("rate_authority", fields.rate_authority)
        .wide_signed("initialization_timestamp", fields.initialized_at_unix)
        .narrow("pre_update_average_rate", fields.average_rate_before_bps)
        .wide_signed("last_update_timestamp", fields.updated_at_unix)
        .narrow("current_rate", fields.current_rate_bps);
}

// A multiplier for the screen; what is no number has no text in JSON.
[[nodiscard]] std::string multiplier(std::uint64_t bits) {
    const auto value = std::bit_cast<double>(bits);
    const bool is_finite = value - value == 0;
    return is_finite ? fmt::format("\"{}\"", value) : "null";
}

[[nodiscard]] JsonFields scaled(const solana::ScaledUiAmount& fields) {
    return JsonFields{}
        .key("authority", fields.authority)
        .raw("multiplier", multiplier(fields.multiplier_bits))
        .wide_signed("new_multiplier_effective_timestamp", fields.effective_at_unix)
        .raw("new_multiplier", multiplier(fields.new_multiplier_bits));
}

[[nodiscard]] JsonFields group(const solana::TokenGroup& fields) {
    return JsonFields{}
        .key("update_authority", fields.update_authority)
        .key("mint", fields.mint)
        .wide("size", fields.size)
        .wide("max_size", fields.size_max);
}

[[nodiscard]] JsonFields group_member(const solana::TokenGroupMember& fields) {
    return JsonFields{}
        .key("mint", fields.mint)
        .key("group", fields.group)
        .wide("member_number", fields.number);
}

[[nodiscard]] JsonFields confidential_mint(const solana::ConfidentialTransferMint& fields) {
    JsonFields out;
    out.key("authority", fields.authority)
        .boolean("auto_approve_new_accounts", fields.is_auto_approving);
    return fields.auditor ? out.text("auditor_elgamal_pubkey", hex_encode(*fields.auditor))
                          : out.null("auditor_elgamal_pubkey");
}

[[nodiscard]] JsonFields confidential_fee(const solana::ConfidentialTransferFeeConfig& fields) {
    return JsonFields{}
        .key("authority", fields.authority)
        .text("withdraw_withheld_authority_elgamal_pubkey",
              hex_encode(fields.withdraw_withheld_authority))
        .boolean("harvest_to_mint_enabled", fields.is_harvest_to_mint_enabled)
        .text("withheld_amount", hex_encode(fields.withheld));
}

[[nodiscard]] JsonFields confidential_burn(const solana::ConfidentialMintBurn& fields) {
    return JsonFields{}
        .text("confidential_supply", hex_encode(fields.supply))
        .text("decryptable_supply", hex_encode(fields.decryptable_supply))
        .text("supply_elgamal_pubkey", hex_encode(fields.supply_key))
        .text("pending_burn", hex_encode(fields.pending_burn));
}

// Decoding has filled the field of every type that it knows.
[[nodiscard]] JsonFields fields_of(const MintExtensions& mint,
                                   const solana::ExtensionEntry& entry) {
    switch (entry.type) {
        case ExtensionType::TransferFeeConfig:
            return fee_config(*mint.transfer_fee_config);
        case ExtensionType::MintCloseAuthority:
            return JsonFields{}.key("close_authority", mint.mint_close_authority->authority);
        case ExtensionType::ConfidentialTransferMint:
            return confidential_mint(*mint.confidential_transfer_mint);
        case ExtensionType::DefaultAccountState:
            return JsonFields{}.narrow("state", mint.default_account_state->state);
        case ExtensionType::NonTransferable:
            return {};
        case ExtensionType::InterestBearingConfig:
            return interest(*mint.interest_bearing_config);
        case ExtensionType::PermanentDelegate:
            return JsonFields{}.key("delegate", mint.permanent_delegate->delegate);
        case ExtensionType::TransferHook:
            return JsonFields{}
                .key("authority", mint.transfer_hook->authority)
                .key("program_id", mint.transfer_hook->program_id);
        case ExtensionType::ConfidentialTransferFeeConfig:
            return confidential_fee(*mint.confidential_transfer_fee_config);
        case ExtensionType::MetadataPointer:
            return pointer(*mint.metadata_pointer, "metadata_address");
        case ExtensionType::TokenMetadata:
            return metadata(*mint.token_metadata);
        case ExtensionType::GroupPointer:
            return pointer(*mint.group_pointer, "group_address");
        case ExtensionType::TokenGroup:
            return group(*mint.token_group);
        case ExtensionType::GroupMemberPointer:
            return pointer(*mint.group_member_pointer, "member_address");
        case ExtensionType::TokenGroupMember:
            return group_member(*mint.token_group_member);
        case ExtensionType::ConfidentialMintBurn:
            return confidential_burn(*mint.confidential_mint_burn);
        case ExtensionType::ScaledUiAmount:
            return scaled(*mint.scaled_ui_amount);
        case ExtensionType::Pausable:
            return JsonFields{}
                .key("authority", mint.pausable->authority)
                .boolean("paused", mint.pausable->is_paused);
        case ExtensionType::PermissionedBurn:
            return JsonFields{}.key("authority", mint.permissioned_burn->authority);
        default:  // Of token accounts, or newer than this list.
            return JsonFields{}.text("data_hex", hex_encode(entry.value));
    }
}

}  // namespace

JsonFields extension_fields(const MintExtensions& extensions) {
    JsonFields out;
    for (const solana::ExtensionEntry& entry : extensions.entries) {
        out.raw(solana::extension_name(entry.type), fields_of(extensions, entry).object());
    }
    return out;
}

std::vector<std::string> rug_flags(const solana::Mint& mint, const MintExtensions& extensions) {
    std::vector<std::string> flags;
    const auto add = [&](bool is_up, const char* name) {
        if (is_up) {
            flags.emplace_back(name);
        }
    };
    add(mint.mint_authority.has_value(), "mint_authority");
    add(mint.freeze_authority.has_value(), "freeze_authority");
    add(extensions.permanent_delegate && extensions.permanent_delegate->delegate,
        "permanent_delegate");
    add(extensions.transfer_hook && extensions.transfer_hook->program_id, "transfer_hook");
    add(extensions.default_account_state && extensions.default_account_state->is_frozen(),
        "default_frozen");
    if (const auto& fee = extensions.transfer_fee_config) {
        add(!fee->older.rate.is_zero() || !fee->newer.rate.is_zero(), "transfer_fee");
        add(fee->config_authority.has_value(), "transfer_fee_authority");
    }
    add(extensions.is_non_transferable, "non_transferable");
    add(extensions.pausable && (extensions.pausable->authority || extensions.pausable->is_paused),
        "pausable");
    add(extensions.mint_close_authority && extensions.mint_close_authority->authority,
        "mint_close_authority");
    add(extensions.has_confidential_transfer, "confidential_transfer");
    add(extensions.has_permissioned_burn, "permissioned_burn");
    return flags;
}

std::vector<JsonFields> mint_findings(const config::Settings& settings, const AccountDump& dump) {
    const bool has_extensions = dump.data.size() > solana::kMintBytes;
    const Pubkey program = dump.is_owner_known ? dump.owner
                           : has_extensions    ? solana::kToken2022Program
                                               : solana::kTokenProgram;
    std::vector<JsonFields> findings;
    const AccountUpdate update{{}, dump.pubkey, program, {}, dump.data};
    for (const auto& finding : engine::mint_findings(settings, update)) {
        findings.push_back(JsonFields{}
                               .text("code", to_string(finding.code))
                               .text("outcome", to_string(finding.outcome))
                               .wide("value", finding.value)
                               .wide("limit", finding.limit)
                               .boolean("is_refusing", finding.is_refusing));
    }
    return findings;
}

}  // namespace sniperforge::app
