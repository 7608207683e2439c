// SPDX-License-Identifier: MIT
#include "sniperforge/solana/associated_token.hpp"

namespace sniperforge::solana {
namespace {

constexpr std::uint8_t kCreate = 0;
constexpr std::uint8_t kCreateIdempotent = 1;

[[nodiscard]] Instruction create(const AssociatedTokenCreate& options,
                                 const Pubkey& associated_address, std::uint8_t tag) {
    return {kAssociatedTokenProgram,
            {writable_signer(options.payer), writable(associated_address), readonly(options.owner),
             readonly(options.mint), readonly(kSystemProgram), readonly(options.token_program)},
            Bytes{tag}};
}

[[nodiscard]] Pubkey address_of(const AssociatedTokenCreate& options) {
    return associated_token_address(options.owner, options.mint, options.token_program);
}

}  // namespace

Instruction associated_token_create(const AssociatedTokenCreate& options) {
    return create(options, address_of(options), kCreate);
}

Instruction associated_token_create_idempotent(const AssociatedTokenCreate& options) {
    return create(options, address_of(options), kCreateIdempotent);
}

Instruction associated_token_create_idempotent(const AssociatedTokenCreate& options,
                                               const Pubkey& associated_address) {
    return create(options, associated_address, kCreateIdempotent);
}

AssociatedTokenInstruction decode_associated_token_instruction(BytesView data) {
    // The program's first version had no data at all: empty still means Create.
    if (data.empty() || (data.size() == 1 && data[0] == kCreate)) {
        return AssociatedTokenInstruction::Create;
    }
    if (data.size() == 1 && data[0] == kCreateIdempotent) {
        return AssociatedTokenInstruction::CreateIdempotent;
    }
    return AssociatedTokenInstruction::Unknown;
}

}  // namespace sniperforge::solana
