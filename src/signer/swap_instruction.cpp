// SPDX-License-Identifier: MIT
#include "signer/swap_instruction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "signer/jupiter_route.hpp"
#include "signer/swap_forms.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

[[nodiscard]] bool starts_with(BytesView data, std::span<const std::uint8_t> discriminator) {
    return data.size() >= discriminator.size() &&
           std::equal(discriminator.begin(), discriminator.end(), data.begin());
}

[[nodiscard]] bool is_form(const SwapForm& form, const Pubkey& program, BytesView data) {
    return form.program == program &&
           starts_with(data, std::span{form.discriminator}.first(form.discriminator_bytes));
}

[[nodiscard]] Result<SwapInstruction> decode_form(const SwapForm& form,
                                                  std::span<const Pubkey> accounts,
                                                  BytesView data) {
    if (data.size() != form.data_bytes || accounts.size() < form.accounts_min ||
        accounts.size() > form.accounts_max) {
        return fail(fmt::format(
            "a {} that is not a swap in the form we know: {} accounts and {} bytes, expected {} to "
            "{} and {}",
            form.name, accounts.size(), data.size(), form.accounts_min, form.accounts_max,
            form.data_bytes));
    }
    const std::size_t at = form.discriminator_bytes;
    SwapInstruction swap{.authority = accounts[form.authority],
                         .source = accounts[form.source],
                         .destination = accounts[form.destination],
                         .amount_in_max = TokenAmount{read_le<std::uint64_t>(data, at)},
                         .amount_out_min = TokenAmount{read_le<std::uint64_t>(data, at + 8)}};
    if (form.is_out_first) {
        std::swap(swap.amount_in_max, swap.amount_out_min);
    }
    if (form.finish != nullptr) {
        if (auto finished = form.finish(accounts, data, swap); !finished) {
            return fail(fmt::format("a {} {}", form.name, finished.error().text));
        }
    }
    // Whatever a program does with accounts behind those that every form has: not with ours.
    for (const Pubkey& further : accounts.subspan(form.accounts_min)) {
        if (further == swap.authority || further == swap.source || further == swap.destination) {
            return fail(fmt::format("a {} with {} of the swap's own among its further accounts",
                                    form.name, further.to_string()));
        }
    }
    return swap;
}

}  // namespace

bool is_swap_program(const Pubkey& program) {
    return program == solana::kJupiterV6Program ||
           std::ranges::any_of(swap_forms(),
                               [&](const SwapForm& form) { return form.program == program; });
}

Result<SwapInstruction> decode_swap(const Pubkey& program, std::span<const Pubkey> accounts,
                                    BytesView data) {
    if (program == solana::kJupiterV6Program) {
        return decode_jupiter_route(accounts, data);
    }
    for (const SwapForm& form : swap_forms()) {
        if (is_form(form, program, data)) {
            return decode_form(form, accounts, data);
        }
    }
    return fail(fmt::format("an instruction of {} that is not a swap in a form we know",
                            program.to_string()));
}

std::optional<Pubkey> payer_of_extension(const Pubkey& program, std::span<const Pubkey> accounts,
                                         BytesView data) {
    constexpr std::array<std::uint8_t, 8> kExtendAccount{0xea, 0x66, 0xc2, 0xcb,
                                                         0x96, 0x48, 0x3e, 0xe5};
    if (program != solana::kPumpSwapProgram || accounts.size() != 5 ||
        !std::ranges::equal(data, kExtendAccount)) {
        return std::nullopt;
    }
    return accounts[1];
}

}  // namespace sniperforge::signer
