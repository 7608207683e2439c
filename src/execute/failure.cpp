// SPDX-License-Identifier: MIT
#include "execute/failure.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/program_errors.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

// {"InstructionError":[3,{"Custom":6001}]}, without spaces as our RPC client hands it on.
constexpr std::string_view kInstructionError = R"("InstructionError")";
constexpr std::string_view kCustom = R"("Custom":)";
// The same as an err and in the node's words: "Transaction simulation failed: Blockhash not found".
constexpr std::string_view kBlockhashNotFound = R"("BlockhashNotFound")";
constexpr std::string_view kBlockhashWords = "Blockhash not found";

[[nodiscard]] std::optional<std::uint32_t> custom_code(std::string_view error) {
    const auto at = error.find(kCustom);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = error.substr(at + kCustom.size());
    std::uint32_t code = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
    return problem == std::errc{} ? std::optional{code} : std::nullopt;
}

// The row of a code that no log names the program of: a price of a venue that was meant, or of
// Jupiter. Any other code is of too many programs.
[[nodiscard]] const ProgramError* find_intended_price(const VenueSet& intended,
                                                      std::uint32_t code) {
    for (const ProgramError& each : program_errors()) {
        if (each.code != code || each.action != FailureAction::Requote) {
            continue;
        }
        const auto venue = dex::venue_of_program(*each.program);
        if (venue ? intended.has(*venue) : *each.program == solana::kJupiterV6Program) {
            return &each;
        }
    }
    return nullptr;
}

// Programs that move the wallet's own SOL where they are called, and no stranger's.
[[nodiscard]] bool is_known_program(const Pubkey& program) {
    for (const Pubkey& known :
         {solana::kTokenProgram, solana::kToken2022Program, solana::kSystemProgram,
          solana::kAssociatedTokenProgram, solana::kJupiterV6Program}) {
        if (program == known) {
            return true;
        }
    }
    return dex::venue_of_program(program).has_value();
}

// A mint's hook that refuses, or what it called: a stranger's program, called by Token-2022, which
// alone calls one.
[[nodiscard]] const Pubkey* find_hook(std::span<const Pubkey> programs_failed) {
    for (std::size_t i = 0; i + 1 < programs_failed.size(); ++i) {
        if (programs_failed[i + 1] == solana::kToken2022Program &&
            !is_known_program(programs_failed[i])) {
            return &programs_failed[i];
        }
    }
    return nullptr;
}

// The stranger on whose behalf the innermost program ran; none: we called it, or a program that we
// know did.
[[nodiscard]] const Pubkey* find_stranger(std::span<const Pubkey> programs_failed) {
    for (const Pubkey& caller : programs_failed.subspan(1)) {
        if (!is_known_program(caller)) {
            return &caller;
        }
    }
    return nullptr;
}

void note(ChainFailure& found, std::string words, FailureAction action) {
    found.program_error = std::move(words);
    found.action = action;
}

// What the runtime says of the wallet's SOL. Every account that a transaction writes must be left
// with its rent; the wallet, which pays, is the first of them.
void note_lack_of_sol(std::string_view error, ChainFailure& found) {
    if (error.find("InsufficientFundsForFee") != std::string_view::npos) {
        note(found, "runtime InsufficientFundsForFee", FailureAction::StopEntries);
    } else if (error.find("InsufficientFundsForRent") != std::string_view::npos) {
        const bool is_wallet = error.find(R"("account_index":0})") != std::string_view::npos;
        note(found, "runtime InsufficientFundsForRent",
             is_wallet ? FailureAction::StopEntries : FailureAction::None);
    }
}

// The text after `"err":` up to the end of what it says: the data is cut after some length, so it
// need not be whole JSON.
[[nodiscard]] std::string_view error_within(std::string_view data) {
    constexpr std::string_view kErr = R"("err":)";
    const auto at = data.find(kErr);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = data.substr(at + kErr.size());
    if (rest.starts_with('"')) {
        return rest.substr(0, rest.find('"', 1) + 1);
    }
    int depth = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        depth += rest[i] == '{' ? 1 : rest[i] == '}' ? -1 : 0;
        if (depth == 0) {
            return rest.substr(0, i + 1);
        }
    }
    return rest;
}

// The lines of its logs stand in quotes; what a program wrote itself has its quotes escaped.
[[nodiscard]] std::vector<Pubkey> programs_failed_within(std::string_view data) {
    constexpr std::string_view kLine = R"("Program )";
    std::vector<Pubkey> programs;
    for (auto at = data.find(kLine); at != std::string_view::npos; at = data.find(kLine, at + 1)) {
        if (at > 0 && data[at - 1] == '\\') {
            continue;
        }
        const std::string_view line = data.substr(at + 1);
        if (const auto program = rpc::program_failed(line.substr(0, line.find('"')))) {
            programs.push_back(*program);
        }
    }
    return programs;
}

}  // namespace

bool is_slippage(const Pubkey& program, std::uint32_t code) {
    const ProgramError* const known = find_error(program, code);
    return known != nullptr && known->action == FailureAction::Requote;
}

ChainFailure chain_failure(std::string_view error, std::span<const Pubkey> programs_failed,
                           const VenueSet& intended) {
    ChainFailure found;
    if (error.find(kInstructionError) == std::string_view::npos) {
        // Its blockhash is too old, or the node is too far behind to know it.
        const bool is_blockhash = error == kBlockhashNotFound;
        found.failure = is_blockhash ? FailureClass::Rpc : FailureClass::None;
        note_lack_of_sol(error, found);
        return found;
    }
    found.failure = FailureClass::ProgramError;
    for (const Pubkey& program : programs_failed) {
        if (const auto venue = dex::venue_of_program(program)) {
            found.venue = venue;
            break;
        }
    }
    const auto code = custom_code(error);
    const ProgramError* known = nullptr;
    if (code) {
        known = programs_failed.empty() ? find_intended_price(intended, *code)
                                        : find_error(programs_failed.front(), *code);
    }
    if (const Pubkey* const hook = find_hook(programs_failed)) {
        note(found, "transfer hook " + hook->to_string(), FailureAction::QuarantineToken);
    } else if (known != nullptr) {
        const Pubkey* const named =
            programs_failed.empty() ? known->program : &programs_failed.front();
        note(found, error_program_name(*named) + " " + std::string{known->name}, known->action);
        const Pubkey* const stranger =
            programs_failed.empty() ? nullptr : find_stranger(programs_failed);
        if (stranger != nullptr && found.action == FailureAction::StopEntries) {
            // The SOL that lacks is that of an account of its own.
            note(found, found.program_error + ", called by " + stranger->to_string(),
                 FailureAction::None);
        }
    }
    if (found.action == FailureAction::Requote) {
        found.failure = FailureClass::Slippage;
    }
    return found;
}

ChainFailure chain_failure(const rpc::TransactionDetail& detail, const VenueSet& intended) {
    ChainFailure found = chain_failure(detail.error, detail.programs_failed, intended);
    if (found.action != FailureAction::StopEntries || detail.programs_failed.size() < 2 ||
        detail.programs_failed.front() != solana::kSystemProgram) {
        return found;
    }
    // Nothing is called after a call that failed: the last inner instruction is that call. The
    // first account of a transfer, or of one that makes an account, is the one that pays.
    const auto last = std::find_if(detail.instructions.rbegin(), detail.instructions.rend(),
                                   [](const auto& each) { return each.is_inner; });
    if (last == detail.instructions.rend() || last->program != solana::kSystemProgram ||
        last->accounts.empty() || last->accounts.front() >= detail.account_keys.size()) {
        return found;
    }
    // The wallet pays the fee, so it is the first of all.
    const Pubkey& payer = detail.account_keys[last->accounts.front()];
    if (payer != detail.account_keys.front()) {
        note(found, found.program_error + " of " + payer.to_string(), FailureAction::None);
    }
    return found;
}

ChainFailure preflight_failure(const rpc::RpcError& error, const VenueSet& intended) {
    ChainFailure found =
        chain_failure(error_within(error.data), programs_failed_within(error.data), intended);
    // Gateways leave the data out.
    if (error.is_refusal() && error.message.find(kBlockhashWords) != std::string::npos) {
        found.failure = FailureClass::Rpc;
    }
    return found;
}

}  // namespace sniperforge::execute
