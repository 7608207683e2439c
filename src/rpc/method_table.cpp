// SPDX-License-Identifier: MIT
#include "rpc/method_table.hpp"

#include <algorithm>
#include <array>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::rpc {
namespace {

using enum MethodClass;

constexpr std::string_view kAtProcessed = R"([{"commitment":"processed"}])";
// Of accounts that exist on every cluster: the clock, and the system program's own.
// At processed, as their slots are compared: a node's default is finalized, some 32 slots behind.
constexpr std::string_view kClockOnly = R"(["SysvarC1ock11111111111111111111111111111111",)"
                                        R"({"encoding":"base64","commitment":"processed"}])";
constexpr std::string_view kClockList = R"([["SysvarC1ock11111111111111111111111111111111"],)"
                                        R"({"encoding":"base64","commitment":"processed"}])";
constexpr std::string_view kClockBalance =
    R"(["SysvarC1ock11111111111111111111111111111111",{"commitment":"processed"}])";
// 64 zero bytes: a signature that no transaction has.
constexpr std::string_view kNoSignatureList =
    R"([["1111111111111111111111111111111111111111111111111111111111111111"]])";
constexpr std::string_view kNoSignature =
    R"(["1111111111111111111111111111111111111111111111111111111111111111",)"
    R"({"encoding":"json","maxSupportedTransactionVersion":1}])";
// No transaction at all: a node that serves the method refuses it (-32602), and nothing is sent.
constexpr std::string_view kNoTransaction = R"(["",{"encoding":"base64"}])";

// Credits: Helius charges 1 for a call, 10 for getProgramAccounts and for its archive (transactions
// and their lists), docs billing/credits. QuickNode charges 30 for each call on Solana,
// api-credits. Both read in November 2026.
constexpr std::array<MethodInfo, kMethodCount> kMethods{{
    {"getMultipleAccounts", Read, true, kClockList, 1, 30},
    {"getSlot", Read, true, kAtProcessed, 1, 30, true},
    {"getBlockHeight", Read, true, kAtProcessed, 1, 30, true},
    {"getEpochInfo", Read, true, kAtProcessed, 1, 30, true},
    {"getLatestBlockhash", Read, true, kAtProcessed, 1, 30, true},
    {"getSignatureStatuses", Read, false, kNoSignatureList, 1, 30, true},
    {"getTransaction", Read, false, kNoSignature, 10, 30},
    {"sendTransaction", Send, true, kNoTransaction, 1, 30},
    {"getBalance", Read, true, kClockBalance, 1, 30, true},
    {"getAccountInfo", Read, true, kClockOnly, 1, 30, true},
    {"getGenesisHash", Read, false, "[]", 1, 30, true},
    {"getHealth", Read, false, "[]", 1, 30, true},
    {"getVersion", Read, false, "[]", 1, 30, true},
    {"getMinimumBalanceForRentExemption", Read, false, "[0]", 1, 30, true},
    {"simulateTransaction", Read, true, kNoTransaction, 1, 30},
    {"getSignaturesForAddress", Read, true, {}, 10, 30},
    {"getTokenAccountsByOwner", Scan, true, {}, 1, 30},
    {"getTokenLargestAccounts", Scan, false, {}, 1, 30},
    {"getProgramAccounts", Scan, true, {}, 10, 30},
    {"requestAirdrop", Send, false, {}, 1, 30},
    {"getRecentPrioritizationFees", Read, false, "[[]]", 1, 30},
    {"other", Read, false, {}, 1, 30},
}};

}  // namespace

std::uint32_t MethodInfo::credits(CreditTable table) const {
    switch (table) {
        case CreditTable::Flat:
            return 1;
        case CreditTable::Helius:
            return credits_helius;
        case CreditTable::QuickNode:
            return credits_quicknode;
    }
    return 1;
}

std::optional<CreditTable> parse_credit_table(std::string_view text) {
    if (text == "flat") {
        return CreditTable::Flat;
    }
    if (text == "helius") {
        return CreditTable::Helius;
    }
    if (text == "quicknode") {
        return CreditTable::QuickNode;
    }
    return std::nullopt;
}

const MethodInfo& method_info(MethodIndex method) {
    SF_ASSERT(method < kMethods.size());
    return kMethods[method];
}

MethodIndex method_index(std::string_view name) {
    const auto found = std::find_if(kMethods.begin(), kMethods.end() - 1,
                                    [name](const MethodInfo& each) { return each.name == name; });
    return static_cast<MethodIndex>(found - kMethods.begin());
}

}  // namespace sniperforge::rpc
