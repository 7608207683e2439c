// SPDX-License-Identifier: MIT
// What the wallet has, and whether the quote service answers.
#include <fmt/format.h>

#include <algorithm>

#include "app/await_answer.hpp"
#include "app/boot.hpp"
#include "app/doctor.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// What a quote is asked for: 0.01 SOL.
constexpr TokenAmount kQuoteAmount{10'000'000};
constexpr BasisPoints kQuoteSlippage{100};

void check_wallet(DoctorContext& doctor, ProbedNode& node) {
    const std::string subject = "wallet " + doctor.wallet->to_string();
    const auto balances =
        await_answer<Result<portfolio::ChainBalances>>(doctor.reactor, [&](auto done) {
            read_balances(*node.rpc, *doctor.wallet, {.commitment = Commitment::Confirmed},
                          std::move(done));
        });
    if (!balances) {
        return doctor.findings.add({Verdict::Fail, subject, "balance", balances.error().text});
    }
    const Lamports reserve = doctor.settings.risk.exit_reserve;
    const std::string found = fmt::format("{} SOL, risk.exit_reserve_sol keeps {} of it for exits",
                                          format_sol(balances->wallet), format_sol(reserve));
    doctor.findings.add(balances->wallet > reserve
                            ? Finding{Verdict::Ok, subject, "balance", found}
                            : Finding{Verdict::Fail, subject, "balance", found,
                                      "fund it: nothing is bought with what the reserve keeps"});
    std::string held;
    for (const auto& [mint, amount] : balances->tokens) {
        held += fmt::format(" {} of {},", amount.raw(), mint.to_string());
    }
    if (!held.empty()) {
        held.pop_back();
    }
    doctor.findings.add({Verdict::Ok, subject, "token accounts",
                         balances->tokens.empty() ? "none"
                                                  : fmt::format("{} open, base units:{}",
                                                                balances->accounts.size(), held)});
}

void check_jupiter(DoctorContext& doctor) {
    constexpr const char* kSubject = "jupiter";
    const std::string& path = doctor.settings.execution.path;
    if (path == "direct") {
        return doctor.findings.add({Verdict::Skip, kSubject, "quote", "execution.path is direct"});
    }
    const Verdict bad = path == "jupiter" ? Verdict::Fail : Verdict::Warn;
    const auto jupiter = execute::Jupiter::create(doctor.reactor, doctor.settings.jupiter,
                                                  doctor.settings.execution.quote_timeout);
    if (!jupiter) {
        return doctor.findings.add({Verdict::Fail, kSubject, "quote", jupiter.error().text});
    }
    const MonoTime begin = doctor.reactor.now();
    const auto quote =
        await_answer<execute::JupiterResult<execute::JupiterQuote>>(doctor.reactor, [&](auto done) {
            (*jupiter)->quote(
                {solana::kWrappedSolMint, solana::kUsdcMint, kQuoteAmount, kQuoteSlippage},
                std::move(done));
        });
    if (!quote) {
        return doctor.findings.add(
            {bad, kSubject, "quote", quote.error().text,
             "see jupiter.url and jupiter.api_key; without it only pools that are open directly "
             "are traded"});
    }
    doctor.findings.add(
        {Verdict::Ok, kSubject, "quote",
         fmt::format("{} SOL buy {} USDC, {} ms", format_decimal(kQuoteAmount.raw(), 9),
                     format_decimal(quote->amount_out.raw(), 6),
                     (doctor.reactor.now() - begin) / std::chrono::milliseconds{1})});
}

}  // namespace

void check_money(DoctorContext& doctor) {
    const auto node = std::ranges::find_if(doctor.nodes, [](const ProbedNode& each) {
        return each.genesis && each.settings.role != "send";
    });
    if (!doctor.wallet) {
        doctor.findings.add({Verdict::Skip, "wallet", "balance",
                             "no address is known: set wallet.keypair_file, or give --wallet"});
    } else if (node == doctor.nodes.end()) {
        doctor.findings.add({Verdict::Skip, "wallet", "balance", "no node can be asked"});
    } else {
        check_wallet(doctor, *node);
    }
    check_jupiter(doctor);
}

}  // namespace sniperforge::app
