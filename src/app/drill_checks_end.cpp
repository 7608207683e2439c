// SPDX-License-Identifier: MIT
// What must hold when the last life of a drill is over.
#include <fmt/format.h>

#include "app/drill_checks.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::app {

void DrillChecks::check_end(const sim::Chain& chain, bool is_complete) {
    const std::string journal = options_.journal();
    const auto tale = read_tale(journal);
    if (!tale) {
        return violate("the journal cannot be read: " + tale.error().text);
    }
    if (const auto wrong = engine::check_checkpoints(journal); !wrong || !wrong->empty()) {
        violate("the journal's checkpoints: " + (wrong ? *wrong : wrong.error().text));
    }
    journal_sha256_ = tale->decisions_sha256;
    check_orders(*tale);
    check_balances(*tale, chain);
    if (is_complete) {
        check_fills(*tale);
        for (const std::string& note : tale->taken_over) {
            // Books that were never opened have nothing, and all of the wallet is news to them.
            const bool is_explained = options_.is_explained && options_.is_explained(note);
            if (!is_explained &&
                note.find("wallet: the books of earlier runs have 0,") == std::string::npos) {
                violate("nobody touched our money, and yet: " + note);
            }
        }
    }
}

void DrillChecks::check_orders(const JournalTale& tale) {
    for (const auto& [intent, order] : tale.orders) {
        check_order(intent, order, true);
    }
}

// No order without the gate's word, none twice, and each has exactly one end.
void DrillChecks::check_order(std::uint64_t intent, const JournalTale::Order& order, bool is_over) {
    const auto wrong = [&](std::string_view what) {
        violate(fmt::format(
            "intent {} {}: {} intents, {} denials, {} approvals, {} signatures, {} final "
            "reports, {} of them taken back",
            intent, what, order.intents, order.denials, order.approvals, order.signatures,
            order.reports, order.reversals));
    };
    // A commit may end between an intent and its judgement, and the daemon with it.
    if (order.is_cut && order.intents == 1 && order.approvals + order.signatures == 0) {
        return;
    }
    const std::uint32_t ends = order.reports - order.reversals;
    const std::uint32_t judgements = order.approvals + order.denials;
    if (order.intents != 1 || judgements > 1 || (is_over && judgements == 0)) {
        wrong("was not judged exactly once");
    } else if (!order.is_in_order) {
        wrong("has its records in the wrong order");
    } else if (order.signatures > order.approvals) {
        wrong("was signed without an approval, or twice");
    } else if (ends > order.approvals || (is_over && ends < order.approvals)) {
        wrong("does not have exactly one end");
    }
}

// The books, kept by adding up the journal, against what the chain has.
void DrillChecks::check_balances(const JournalTale& tale, const sim::Chain& chain) {
    if (!tale.is_opened) {
        return violate("the books were never opened");
    }
    const sim::Account* wallet = chain.account(options_.wallet);
    const std::int64_t lamports =
        wallet == nullptr ? 0 : static_cast<std::int64_t>(wallet->lamports.raw());
    if (lamports != tale.wallet) {
        violate(fmt::format("the journal adds up to {} lamports, the chain has {}", tale.wallet,
                            lamports));
    }
    std::map<std::string, std::int64_t> tokens;
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        for (const Pubkey& key : chain.accounts_owned_by(program)) {
            const auto token = solana::decode_token_account(chain.account(key)->data);
            if (token && token->owner == options_.wallet) {
                tokens[token->mint.to_string()] += static_cast<std::int64_t>(token->amount.raw());
            }
        }
    }
    for (const auto& [mint, amount] : tale.tokens) {
        if (const std::int64_t held = tokens[mint]; held != amount) {
            violate(fmt::format("the journal adds up to {} of {}, the chain has {}", amount, mint,
                                held));
        }
        tokens.erase(mint);
    }
    for (const auto& [mint, amount] : tokens) {
        if (amount != 0) {
            violate(fmt::format("the chain has {} of {}, the journal knows nothing of it", amount,
                                mint));
        }
    }
}

// Every transaction of ours that is on the chain is in the books with what it really did.
void DrillChecks::check_fills(const JournalTale& tale) {
    std::map<std::string, std::int64_t> fills = tale.fills;
    for (const Landed& each : landed_) {
        const auto fill = fills.find(each.signature.to_string());
        if (fill == fills.end()) {
            violate(fmt::format("transaction {} is on the chain and not in the books",
                                each.signature.to_string()));
            continue;
        }
        if (fill->second != each.change.wallet) {
            violate(fmt::format("transaction {} moved {} lamports, the books say {}",
                                each.signature.to_string(), each.change.wallet, fill->second));
        }
        fills.erase(fill);
    }
    for (const auto& [signature, wallet] : fills) {
        violate(fmt::format("transaction {} of {} lamports is in the books and not on the chain",
                            signature, wallet));
    }
}

}  // namespace sniperforge::app
