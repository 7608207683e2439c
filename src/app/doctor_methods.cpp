// SPDX-License-Identifier: MIT
// Every method that the daemon calls, asked once of each node: which it refuses, and in its words.
#include <fmt/format.h>

#include <array>

#include "app/await_answer.hpp"
#include "app/doctor.hpp"
#include "sniperforge/rpc/account_reader.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {
namespace {

constexpr int kInvalidParamsCode = -32602;
constexpr int kMethodUnknownCode = -32601;

enum class Caller : std::uint8_t {
    Reads,     // Of nodes that are read from.
    Sends,     // Of nodes that transactions are sent to.
    Scans,     // Only where feed.pools is empty.
    Wallet,    // Needs an address.
    Fees,      // Only with execution.priority_fee: market; without it orders offer what is known.
    Evidence,  // Without it new tokens are not bought, and all else goes on.
    Diagnosis  // Of this command alone.
};

struct UsedMethod {
    std::string_view name;
    Caller caller;
    std::string_view params;  // WALLET and PROGRAM stand for keys.
    std::string_view used_for;
    // Where the answer that shows that it is served is a refusal of nothing: an empty transaction.
    bool is_refusal_good = false;
};

// All of them, and nothing that changes anything. Two ask for a signature that no transaction has.
constexpr std::array kUsedMethods{
    UsedMethod{"getBalance", Caller::Wallet, R"(["WALLET",{"commitment":"confirmed"}])",
               "the books against the chain"},
    UsedMethod{"getTokenAccountsByOwner", Caller::Wallet,
               R"(["WALLET",{"programId":"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"},)"
               R"({"encoding":"base64","commitment":"confirmed"}])",
               "the books against the chain"},
    UsedMethod{"getEpochInfo", Caller::Reads, R"([{"commitment":"confirmed"}])",
               "the height that orders expire by"},
    UsedMethod{"getBlockHeight", Caller::Reads, R"([{"commitment":"confirmed"}])",
               "the height that orders expire by"},
    UsedMethod{"getLatestBlockhash", Caller::Reads, R"([{"commitment":"confirmed"}])",
               "what transactions are built on"},
    UsedMethod{"getMinimumBalanceForRentExemption", Caller::Reads, "[165]",
               "the rent of a token account"},
    UsedMethod{"getSignatureStatuses", Caller::Reads,
               R"([["1111111111111111111111111111111111111111111111111111111111111111"],)"
               R"({"searchTransactionHistory":true}])",
               "what became of an order"},
    UsedMethod{"getTransaction", Caller::Reads,
               R"(["1111111111111111111111111111111111111111111111111111111111111111",)"
               R"({"encoding":"json","commitment":"confirmed",)"
               R"("maxSupportedTransactionVersion":1}])",
               "fills, from balances"},
    UsedMethod{"getSignaturesForAddress", Caller::Reads,
               R"(["PROGRAM",{"limit":1,"commitment":"confirmed"}])",
               "whether a venue's program has changed"},
    UsedMethod{"getProgramAccounts", Caller::Scans,
               R"(["PROGRAM",{"encoding":"base64","commitment":"confirmed","withContext":true,)"
               R"("dataSlice":{"offset":0,"length":0},"filters":[{"dataSize":637}]}])",
               "listing pools where feed.pools names none"},
    UsedMethod{"getRecentPrioritizationFees", Caller::Fees, R"([["PROGRAM"]])",
               "what others pay for a pool's accounts"},
    UsedMethod{"getTokenLargestAccounts", Caller::Evidence,
               R"(["11111111111111111111111111111111",{"commitment":"processed"}])",
               "the holders of new tokens; asked of what is no token", true},
    UsedMethod{"sendTransaction", Caller::Sends, R"(["",{"encoding":"base64"}])",
               "orders; asked with nothing to send", true},
    UsedMethod{"simulateTransaction", Caller::Diagnosis, R"(["",{"encoding":"base64"}])",
               "round trips of new tokens, and swaps in `doctor`; asked with nothing to simulate",
               true},
};

[[nodiscard]] std::string filled_in(std::string_view params, const DoctorContext& doctor) {
    std::string text{params};
    const auto replace = [&](std::string_view what, const std::string& with) {
        if (const auto at = text.find(what); at != std::string::npos) {
            text.replace(at, what.size(), with);
        }
    };
    replace("WALLET", doctor.wallet.value_or(Pubkey{}).to_string());
    replace("PROGRAM", solana::kRaydiumCpmmProgram.to_string());
    return text;
}

// Why it is not asked; empty: it is.
[[nodiscard]] std::string_view not_asked(const UsedMethod& method, const DoctorContext& doctor,
                                         const ProbedNode& node) {
    const std::string& role = node.settings.role;
    switch (method.caller) {
        case Caller::Sends:
            return role == "read" ? "its role is read" : "";
        case Caller::Scans:
            if (!doctor.settings.feed.pools.empty()) {
                return "feed.pools names the pools: nothing is listed";
            }
            break;
        case Caller::Wallet:
            if (!doctor.wallet) {
                return "no address is known: set wallet.keypair_file, or give --wallet";
            }
            break;
        case Caller::Fees:
            if (doctor.settings.execution.priority_fee != "market") {
                return "execution.priority_fee is not market: nobody asks";
            }
            break;
        case Caller::Evidence:
            if (doctor.settings.safety.calls_per_minute == 0) {
                return "safety.calls_per_minute is 0: nobody asks";
            }
            break;
        case Caller::Reads:
        case Caller::Diagnosis:
            break;
    }
    return role == "send" ? "its role is send" : "";
}

[[nodiscard]] bool is_empty_list(std::string json) {
    std::erase_if(json, [](char each) { return each == ' ' || each == '\n' || each == '\r'; });
    return json == "[]" || json.find(R"("value":[])") != std::string::npos;
}

[[nodiscard]] Finding judged(const ProbedNode& node, const UsedMethod& method,
                             const rpc::RpcResult<std::string>& answer, Duration took,
                             bool is_on_mainnet) {
    Finding finding{Verdict::Ok, "node " + node.name, std::string{method.name}, {}};
    const auto after =
        fmt::format("{} us; {}", took / std::chrono::microseconds{1}, method.used_for);
    using Kind = rpc::RpcError::Kind;
    // What has no index of a program's accounts answers as if there were none.
    if (answer && method.caller == Caller::Scans && is_empty_list(*answer)) {
        finding.verdict = is_on_mainnet ? Verdict::Fail : Verdict::Warn;
        finding.found = fmt::format("answers with an empty list ({})", method.used_for);
        finding.advice =
            "where the program has pools it does not list them: name pools under feed.pools, or an "
            "endpoint that lists them";
        return finding;
    }
    if (answer || (method.is_refusal_good && answer.error().kind == Kind::Node &&
                   answer.error().code == kInvalidParamsCode)) {
        finding.found = "served, " + after;
        return finding;
    }
    finding.found = fmt::format("{} ({})", answer.error().text(), method.used_for);
    if (answer.error().kind == Kind::RateLimited) {
        finding.verdict = Verdict::Warn;
        finding.advice = "raise the plan, or lower network.endpoints.requests_per_second";
        return finding;
    }
    const bool is_needed = method.caller != Caller::Diagnosis && method.caller != Caller::Fees &&
                           method.caller != Caller::Evidence;
    finding.verdict = is_needed ? Verdict::Fail : Verdict::Warn;
    finding.advice = answer.error().kind == Kind::Node && answer.error().code == kMethodUnknownCode
                         ? "the provider has it switched off: another plan, or another node"
                         : "ask its provider";
    return finding;
}

void check_hundred_accounts(DoctorContext& doctor, ProbedNode& node) {
    std::vector<Pubkey> keys = doctor.pools;
    keys.resize(std::min(keys.size(), rpc::kAccountsPerRead));
    for (std::uint8_t i = 0; keys.size() < rpc::kAccountsPerRead; ++i) {
        Pubkey nobody;  // On purpose: what is not there is an answer too.
        nobody.bytes.fill(0xA5);
        nobody.bytes[0] = i;
        keys.push_back(nobody);
    }
    const MonoTime begin = doctor.reactor.now();
    const auto read =
        await_answer<rpc::RpcResult<rpc::MultipleAccounts>>(doctor.reactor, [&](auto done) {
            node.rpc->get_multiple_accounts(keys, Commitment::Processed, std::move(done));
        });
    const Duration took = doctor.reactor.now() - begin;
    Finding finding{
        Verdict::Ok, "node " + node.name, "getMultipleAccounts",
        fmt::format("{} keys at once in {} us", keys.size(), took / std::chrono::microseconds{1})};
    if (!read) {
        finding.verdict = Verdict::Fail;
        finding.found = fmt::format("{} keys at once: {}", keys.size(), read.error().text());
        finding.advice = "the feed reads so many at once: ask its provider for its limit";
    }
    doctor.findings.add(std::move(finding));
}

}  // namespace

void check_methods(DoctorContext& doctor, ProbedNode& node) {
    for (const UsedMethod& method : kUsedMethods) {
        if (const auto why = not_asked(method, doctor, node); !why.empty()) {
            doctor.findings.add(
                {Verdict::Skip, "node " + node.name, std::string{method.name}, std::string{why}});
            continue;
        }
        const MonoTime begin = doctor.reactor.now();
        const auto answer =
            await_answer<rpc::RpcResult<std::string>>(doctor.reactor, [&](auto done) {
                node.rpc->call(method.name, filled_in(method.params, doctor), std::move(done));
            });
        Finding finding =
            judged(node, method, answer, doctor.reactor.now() - begin, doctor.is_on_mainnet);
        node.is_simulating = node.is_simulating || (method.name == "simulateTransaction" &&
                                                    finding.verdict == Verdict::Ok);
        doctor.findings.add(std::move(finding));
    }
    if (node.settings.role != "send") {
        check_hundred_accounts(doctor, node);
    }
}

}  // namespace sniperforge::app
