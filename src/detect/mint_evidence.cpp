// SPDX-License-Identifier: MIT
#include "sniperforge/detect/mint_evidence.hpp"

#include <algorithm>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::detect {
namespace {

using solana::ExtensionType;

[[nodiscard]] ExtensionFound found_of(const solana::ExtensionEntry& entry,
                                      const solana::MintExtensions& mint) {
    ExtensionFound found{.type = entry.type};
    switch (entry.type) {
        case ExtensionType::TransferFeeConfig: {
            const auto& fee = *mint.transfer_fee_config;
            found.is_armed = !fee.older.rate.is_zero() || !fee.newer.rate.is_zero();
            break;
        }
        case ExtensionType::TransferHook:
            found.is_armed = mint.transfer_hook->program_id.has_value();
            break;
        case ExtensionType::PermanentDelegate:
            found.is_armed = mint.permanent_delegate->delegate.has_value();
            break;
        case ExtensionType::DefaultAccountState:
            found.is_armed = found.is_trap = mint.default_account_state->is_frozen();
            break;
        case ExtensionType::Pausable:
            found.is_armed = found.is_trap = mint.pausable->is_paused;
            break;
        case ExtensionType::MintCloseAuthority:
            found.is_armed = mint.mint_close_authority->authority.has_value();
            break;
        case ExtensionType::NonTransferable:
            found.is_armed = found.is_trap = true;
            break;
        default:
            found.is_armed = true;
            break;
    }
    return found;
}

}  // namespace

bool has_same_rules(const MintEvidence& one, const MintEvidence& other) {
    return one.is_readable == other.is_readable && one.program == other.program &&
           one.is_mint_authority_set == other.is_mint_authority_set &&
           one.is_freeze_authority_set == other.is_freeze_authority_set &&
           one.extensions == other.extensions && one.transfer_fee == other.transfer_fee;
}

MintEvidence read_mint(const AccountUpdate& update) {
    MintEvidence evidence;
    if (!solana::is_token_program(update.owner)) {
        return evidence;
    }
    const auto mint = solana::decode_mint(update.data);
    if (!mint) {
        return evidence;
    }
    evidence.program = update.owner;
    evidence.is_mint_authority_set = mint->mint_authority.has_value();
    evidence.is_freeze_authority_set = mint->freeze_authority.has_value();
    evidence.supply = mint->supply;
    evidence.is_readable = true;
    if (update.owner != solana::kToken2022Program) {
        return evidence;
    }
    const auto extensions = solana::decode_mint_extensions(update.data);
    if (!extensions) {
        evidence.is_readable = false;
        return evidence;
    }
    for (const solana::ExtensionEntry& entry : extensions->entries) {
        evidence.extensions.push_back(found_of(entry, *extensions));
    }
    if (const auto& fee = extensions->transfer_fee_config) {
        evidence.transfer_fee = std::max(fee->older.rate, fee->newer.rate);
    }
    return evidence;
}

SafetyCode code_of(ExtensionType type) {
    switch (type) {
        case ExtensionType::TransferFeeConfig:
            return SafetyCode::ExtensionTransferFee;
        case ExtensionType::TransferHook:
            return SafetyCode::ExtensionTransferHook;
        case ExtensionType::PermanentDelegate:
            return SafetyCode::ExtensionPermanentDelegate;
        case ExtensionType::DefaultAccountState:
            return SafetyCode::ExtensionDefaultFrozen;
        case ExtensionType::Pausable:
            return SafetyCode::ExtensionPausable;
        case ExtensionType::NonTransferable:
            return SafetyCode::ExtensionNonTransferable;
        case ExtensionType::ConfidentialTransferMint:
        case ExtensionType::ConfidentialTransferFeeConfig:
        case ExtensionType::ConfidentialMintBurn:
            return SafetyCode::ExtensionConfidential;
        case ExtensionType::InterestBearingConfig:
        case ExtensionType::ScaledUiAmount:
            return SafetyCode::ExtensionUiAmount;
        case ExtensionType::MintCloseAuthority:
            return SafetyCode::ExtensionCloseAuthority;
        case ExtensionType::PermissionedBurn:
            return SafetyCode::ExtensionPermissionedBurn;
        case ExtensionType::MetadataPointer:
        case ExtensionType::TokenMetadata:
        case ExtensionType::GroupPointer:
        case ExtensionType::TokenGroup:
        case ExtensionType::GroupMemberPointer:
        case ExtensionType::TokenGroupMember:
            return SafetyCode::ExtensionOther;
        default:
            return SafetyCode::ExtensionUnknown;
    }
}

}  // namespace sniperforge::detect
