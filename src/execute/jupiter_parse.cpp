// SPDX-License-Identifier: MIT
// Decoders of Jupiter's answers (jupiter sections 1 and 2).
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "execute/answer_text.hpp"
#include "execute/jupiter_body.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/execute/jupiter.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::execute {
namespace {

using Json = simdjson::dom::element;

// The first byte of a message of version 1.
constexpr std::uint8_t kVersion1Prefix = 0x81;

// More than a transaction can hold is not read: 1,232 bytes have no room for more.
constexpr std::size_t kProposedInstructionsMax = 64;
constexpr std::size_t kProposedAccountsMax = 256;
// Each costs a read of our own nodes.
constexpr std::size_t kProposedTablesMax = 16;
constexpr std::size_t kRequestIdMax = 128;

[[nodiscard]] Result<std::string_view> text_member(const Json& object, std::string_view name) {
    std::string_view text;
    if (object[name].get(text) != simdjson::SUCCESS) {
        return fail(fmt::format("the answer has no text member '{}'", name));
    }
    return text;
}

[[nodiscard]] Result<TokenAmount> amount_member(const Json& object, std::string_view name) {
    auto text = text_member(object, name);
    if (!text) {
        return Err{text.error()};
    }
    auto raw = parse_decimal(*text, 0);
    if (!raw) {
        return fail(name, raw.error());
    }
    return TokenAmount{*raw};
}

// Without the member there is none.
[[nodiscard]] Result<BasisPoints> fee_member(const Json& object, std::string_view name) {
    Json member;
    std::uint64_t fee = 0;
    if (object[name].get(member) != simdjson::SUCCESS || member.is_null()) {
        return BasisPoints{};
    }
    if (member.get(fee) != simdjson::SUCCESS || fee > kBasisPointsOne) {
        return fail(fmt::format("{} is {}, not 0 to {} basis points", name,
                                excerpt_of(simdjson::minify(member)), kBasisPointsOne));
    }
    return BasisPoints{fee};
}

[[nodiscard]] Result<Pubkey> key_member(const Json& object, std::string_view name) {
    auto text = text_member(object, name);
    if (!text) {
        return Err{text.error()};
    }
    return Pubkey::parse(*text);
}

[[nodiscard]] Result<Json> json_of(simdjson::dom::parser& parser, std::string_view body,
                                   std::string_view what) {
    Json root;
    if (const auto error = parser.parse(body.data(), body.size()).get(root);
        error != simdjson::SUCCESS) {
        return fail(fmt::format("{}: not JSON ({}): {}", what, simdjson::error_message(error),
                                excerpt_of(body)));
    }
    return root;
}

// The message of an unsigned transaction in base64.
[[nodiscard]] Result<Bytes> message_of(std::string_view text, std::string_view what) {
    auto wire = base64_decode(text);
    if (!wire) {
        return fail(what, wire.error());
    }
    const auto message = solana::message_bytes_of(*wire);
    if (!message) {
        return fail(fmt::format("{}: a transaction of {} bytes does not hold its signatures", what,
                                wire->size()));
    }
    // Before anybody reads it: what a transaction can hold bounds what we are asked to look up.
    const bool is_v1 = !message->empty() && message->front() == kVersion1Prefix;
    const std::size_t bytes_max = solana::transaction_bytes_max(is_v1 ? solana::MessageVersion::V1
                                                                      : solana::MessageVersion::V0);
    if (wire->size() > bytes_max) {
        return fail(
            fmt::format("{}: a transaction of {} bytes is larger than the {} that the "
                        "chain takes: nothing is signed",
                        what, wire->size(), bytes_max));
    }
    return Bytes{message->begin(), message->end()};
}

[[nodiscard]] Result<solana::Instruction> instruction_of(const Json& object) {
    auto program = key_member(object, "programId");
    if (!program) {
        return fail("programId", program.error());
    }
    solana::Instruction instruction{*program, {}, {}};
    simdjson::dom::array accounts;
    if (object["accounts"].get(accounts) != simdjson::SUCCESS ||
        accounts.size() > kProposedAccountsMax) {
        return fail(fmt::format("an instruction of {} without a list of at most {} accounts",
                                program->to_string(), kProposedAccountsMax));
    }
    for (const Json account : accounts) {
        auto key = key_member(account, "pubkey");
        bool is_signer = false, is_writable = false;
        if (!key || account["isSigner"].get(is_signer) != simdjson::SUCCESS ||
            account["isWritable"].get(is_writable) != simdjson::SUCCESS) {
            return fail(
                fmt::format("an account of an instruction of {} is not {{pubkey, isSigner, "
                            "isWritable}}",
                            program->to_string()));
        }
        instruction.accounts.push_back({*key, is_signer, is_writable});
    }
    auto text = text_member(object, "data");
    if (!text) {
        return Err{text.error()};
    }
    auto data = base64_decode(*text);
    if (!data) {
        return fail(fmt::format("the data of an instruction of {}", program->to_string()),
                    data.error());
    }
    instruction.data = std::move(*data);
    return instruction;
}

// Appends what the member holds: an instruction, a list of them, or null or nothing.
[[nodiscard]] Result<void> append_member(std::vector<solana::Instruction>& list, const Json& root,
                                         std::string_view name) {
    Json member;
    if (root[name].get(member) != simdjson::SUCCESS || member.is_null()) {
        return {};
    }
    const auto append_one = [&](const Json& object) -> Result<void> {
        auto instruction = instruction_of(object);
        if (!instruction) {
            return fail(name, instruction.error());
        }
        // Its compute budget is not taken: ours stands in front.
        if (instruction->program_id != solana::kComputeBudgetProgram) {
            list.push_back(std::move(*instruction));
        }
        return list.size() <= kProposedInstructionsMax
                   ? Result<void>{}
                   : fail(fmt::format("more than {} instructions", kProposedInstructionsMax));
    };
    simdjson::dom::array array;
    if (member.get(array) != simdjson::SUCCESS) {
        return append_one(member);
    }
    for (const Json object : array) {
        if (auto appended = append_one(object); !appended) {
            return appended;
        }
    }
    return {};
}

[[nodiscard]] Result<void> add_table(std::vector<Pubkey>& tables, std::string_view text) {
    auto key = Pubkey::parse(text);
    if (!key) {
        return fail("a lookup table", key.error());
    }
    if (std::ranges::find(tables, *key) == tables.end()) {
        tables.push_back(*key);
    }
    return tables.size() <= kProposedTablesMax
               ? Result<void>{}
               : fail(fmt::format("more than {} lookup tables", kProposedTablesMax));
}

[[nodiscard]] Result<std::vector<Pubkey>> tables_listed(const Json& root) {
    std::vector<Pubkey> tables;
    simdjson::dom::array array;
    if (root["addressLookupTableAddresses"].get(array) != simdjson::SUCCESS) {
        return tables;
    }
    for (const Json element : array) {
        std::string_view text;
        if (element.get(text) != simdjson::SUCCESS) {
            return fail("a lookup table's address is no text");
        }
        if (auto added = add_table(tables, text); !added) {
            return Err{added.error()};
        }
    }
    return tables;
}

// Their names alone: which addresses are in them is read from our own nodes.
[[nodiscard]] Result<std::vector<Pubkey>> tables_keyed(const Json& root) {
    std::vector<Pubkey> tables;
    simdjson::dom::object object;
    if (root["addressesByLookupTableAddress"].get(object) != simdjson::SUCCESS) {
        return tables;
    }
    for (const auto& member : object) {
        if (auto added = add_table(tables, member.key); !added) {
            return Err{added.error()};
        }
    }
    return tables;
}

// All that it wants done, also what nobody asked for: the signer judges it.
template <typename TablesOf>
[[nodiscard]] Result<JupiterInstructions> proposal_of(const Json& root, const TablesOf& tables_of) {
    JupiterInstructions proposal;
    Json swap;
    if (root["swapInstruction"].get(swap) != simdjson::SUCCESS || swap.is_null()) {
        return fail("the answer has no member 'swapInstruction'");
    }
    for (const std::string_view name :
         {"setupInstructions", "swapInstruction", "cleanupInstruction", "otherInstructions",
          "tipInstruction"}) {
        if (auto appended = append_member(proposal.instructions, root, name); !appended) {
            return Err{appended.error()};
        }
    }
    auto tables = tables_of(root);
    if (!tables) {
        return Err{tables.error()};
    }
    proposal.tables = std::move(*tables);
    return proposal;
}

// Without its body.
[[nodiscard]] Result<JupiterQuote> quote_of(const Json& root) {
    const auto mint_in = key_member(root, "inputMint");
    const auto mint_out = key_member(root, "outputMint");
    const auto amount_in = amount_member(root, "inAmount");
    const auto amount_out = amount_member(root, "outAmount");
    const auto amount_out_min = amount_member(root, "otherAmountThreshold");
    for (const auto* error :
         {mint_in ? nullptr : &mint_in.error(), mint_out ? nullptr : &mint_out.error(),
          amount_in ? nullptr : &amount_in.error(), amount_out ? nullptr : &amount_out.error(),
          amount_out_min ? nullptr : &amount_out_min.error()}) {
        if (error != nullptr) {
            return Err{*error};
        }
    }
    return JupiterQuote{*mint_in, *mint_out, *amount_in, *amount_out, *amount_out_min, {}};
}

// Some answers say that it has tried the swap, and that the swap fails.
[[nodiscard]] Result<void> check_simulation(const Json& root) {
    Json error;
    if (root["simulationError"].get(error) != simdjson::SUCCESS || error.is_null()) {
        return {};
    }
    return fail(std::string{kSimulationFails} + excerpt_of(simdjson::minify(error)));
}

// Why there is no transaction, in its words.
[[nodiscard]] std::string reason_of(const Json& root) {
    Json code;
    std::string_view text;
    const bool has_code = root["errorCode"].get(code) == simdjson::SUCCESS;
    const bool has_text = root["errorMessage"].get(text) == simdjson::SUCCESS && !text.empty();
    return excerpt_of(fmt::format("error {}: {}", has_code ? simdjson::minify(code) : "unknown",
                                  has_text ? text : "no reason given"));
}

// It goes back into JSON as it is.
[[nodiscard]] bool is_plain(std::string_view text) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return !text.empty() && text.size() <= kRequestIdMax &&
           text.find_first_not_of(kLetters) == std::string_view::npos;
}

}  // namespace

Result<JupiterQuote> parse_quote(std::string body) {
    constexpr std::string_view kCall = "Jupiter quote";
    simdjson::dom::parser parser;
    const auto root = json_of(parser, body, kCall);
    if (!root) {
        return Err{root.error()};
    }
    auto quote = quote_of(*root);
    if (!quote) {
        return fail(kCall, quote.error());
    }
    quote->body = std::move(body);
    return quote;
}

Result<Bytes> parse_swap(std::string_view body) {
    constexpr std::string_view kCall = "Jupiter swap";
    simdjson::dom::parser parser;
    const auto root = json_of(parser, body, kCall);
    if (!root) {
        return Err{root.error()};
    }
    if (auto simulated = check_simulation(*root); !simulated) {
        return Err{simulated.error()};
    }
    const auto text = text_member(*root, "swapTransaction");
    if (!text) {
        return fail(kCall, text.error());
    }
    return message_of(*text, kCall);
}

Result<JupiterInstructions> parse_swap_instructions(std::string_view body) {
    constexpr std::string_view kCall = "Jupiter swap-instructions";
    simdjson::dom::parser parser;
    const auto root = json_of(parser, body, kCall);
    if (!root) {
        return Err{root.error()};
    }
    if (auto simulated = check_simulation(*root); !simulated) {
        return Err{simulated.error()};
    }
    auto proposal = proposal_of(*root, tables_listed);
    if (!proposal) {
        return fail(kCall, proposal.error());
    }
    return proposal;
}

Result<JupiterBuild> parse_build(std::string_view body) {
    constexpr std::string_view kCall = "Jupiter build";
    simdjson::dom::parser parser;
    const auto root = json_of(parser, body, kCall);
    if (!root) {
        return Err{root.error()};
    }
    auto quote = quote_of(*root);
    if (!quote) {
        return fail(kCall, quote.error());
    }
    auto proposal = proposal_of(*root, tables_keyed);
    if (!proposal) {
        return fail(kCall, proposal.error());
    }
    return JupiterBuild{std::move(*quote), std::move(*proposal)};
}

Result<JupiterOrder> parse_order(std::string_view body) {
    constexpr std::string_view kCall = "Jupiter order";
    simdjson::dom::parser parser;
    const auto root = json_of(parser, body, kCall);
    if (!root) {
        return Err{root.error()};
    }
    auto quote = quote_of(*root);
    if (!quote) {
        return fail(kCall, quote.error());
    }
    std::string_view transaction;
    if ((*root)["transaction"].get(transaction) != simdjson::SUCCESS || transaction.empty()) {
        return fail(std::string{kOrderNotBuilt} + reason_of(*root));
    }
    auto message = message_of(transaction, kCall);
    if (!message) {
        return Err{message.error()};
    }
    auto request_id = text_member(*root, "requestId");
    if (!request_id) {
        return fail(kCall, request_id.error());
    }
    if (!is_plain(*request_id)) {
        return fail(
            fmt::format("Jupiter order: requestId '{}' is not 1 to {} letters, digits, - or _",
                        excerpt_of(*request_id), kRequestIdMax));
    }
    const auto height = amount_member(*root, "lastValidBlockHeight");
    if (!height) {
        return fail(kCall, height.error());
    }
    const auto fee = fee_member(*root, "feeBps");
    if (!fee) {
        return fail(kCall, fee.error());
    }
    return JupiterOrder{std::move(*quote), std::move(*message), std::string{*request_id},
                        BlockHeight{height->raw()}, *fee};
}

}  // namespace sniperforge::execute
