// SPDX-License-Identifier: MIT
// GET /swap/v2/build and /order, POST /swap/v2/execute. Source: jupiter section 2.
#include <algorithm>
#include <charconv>

#include "sim/derived.hpp"
#include "sim/jupiter.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {

namespace {

// Orders that can still be executed; older ones are forgotten.
constexpr std::size_t kOrdersMax = 1'024;
// Codes of /execute and of an order without a transaction.
constexpr int kNoOrder = -1, kInvalidTransaction = -2, kInvalidMessage = -3, kNotLanded = -1'000,
              kUnknownOutcome = -1'001, kRefusedTransaction = -1'002, kInsufficientFunds = 1;

[[nodiscard]] std::unexpected<JupiterError> refuse_execute(int code, std::string_view text) {
    JupiterError error{.status = 400, .code = {}, .text = {}};
    JsonWriter{error.body}
        .begin_object()
        .key("code")
        .number(code)
        .key("error")
        .string(text)
        .end_object();
    return std::unexpected{std::move(error)};
}

[[nodiscard]] JupiterResult<std::uint64_t> lamports_parameter(std::string_view target,
                                                              std::string_view name) {
    const auto text = net::query_value(target, name).value_or("0");
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return refuse(kInvalidParameter, fmt::format("{} '{}' is no whole number", name, text));
    }
    return value;
}

}  // namespace

JupiterResult<std::optional<SwapRequest>> JupiterServer::read_taker(std::string_view target,
                                                                    const Quoted& quoted) const {
    const auto text = net::query_value(target, "taker");
    if (!text) {
        return std::optional<SwapRequest>{};
    }
    const auto taker = Pubkey::parse(*text);
    if (!taker) {
        return refuse(kInvalidParameter, fmt::format("taker: {}", taker.error().text));
    }
    const auto fee = lamports_parameter(target, "priorityFeeLamports");
    const auto tip = lamports_parameter(target, "tipAmount");
    if (!fee || !tip) {
        return std::unexpected{fee ? tip.error() : fee.error()};
    }
    if (*tip > 0) {
        return refuse("NOT_SUPPORTED", "tipAmount: there is no block engine here");
    }
    for (const std::string_view name :
         {"payer", "receiver", "feeAccount", "destinationTokenAccount", "nativeDestinationAccount",
          "referralAccount", "jitoTipLamports"}) {
        if (net::query_value(target, name)) {
            return refuse("NOT_SUPPORTED", fmt::format("{} is not served here", name));
        }
    }
    SwapRequest request;
    request.user = *taker;
    request.in_amount = quoted.in;
    request.out_amount = quoted.out;
    request.slippage_bps = quoted.request.slippage_bps;
    request.legs = quoted.legs;
    request.fee_lamports = *fee;
    request.is_second = true;
    return std::optional{std::move(request)};
}

JupiterServer::Text JupiterServer::build_route(std::string_view target) {
    const auto answer = quoted(target);
    if (!answer) {
        return std::unexpected{answer.error()};
    }
    auto request = read_taker(target, *answer);
    if (!request) {
        return std::unexpected{request.error()};
    }
    if (!*request) {
        return refuse(kInvalidParameter, "taker is required");
    }
    SwapRequest& swap = **request;
    const auto attack = hostile_.draw_attack();
    if (attack) {
        hostile_.change_request(*attack, swap);
    }
    SwapInstructions built = build(swap);
    // Here the lie is in the list: the table of the chain has the stranger's account where the list
    // has the taker's, and whoever compiles by the list pays him.
    const bool is_list_forged = attack == JupiterAttack::HiddenInTable;
    if (attack && !is_list_forged) {
        hostile_.change_instructions(*attack, swap, built);
        hostile_.change_payer(*attack, built);
    }
    set_compute_budget(built, swap, unit_limit_of(swap.legs.size()));
    built.compute_budget.erase(built.compute_budget.begin());  // The price alone.
    std::string text;
    JsonWriter json{text};
    json.begin_object();
    write_quote(json, *answer);
    write_instruction_members(json, built);
    json.key("tipInstruction").null().key("addressesByLookupTableAddress").begin_object();
    if (is_list_forged) {
        const Pubkey& mint = swap.legs.back().output_mint();
        const Pubkey theirs = derived_token_address(hostile_.stranger(), mint, token_program(mint));
        for (const auto& table : hostile_.tables(*attack, swap)) {
            json.key(table.key.to_string()).begin_array();
            for (const Pubkey& address : table.addresses) {
                json.string((address == theirs
                                 ? derived_token_address(swap.user, mint, token_program(mint))
                                 : address)
                                .to_string());
            }
            json.end_array();
        }
    }
    const Hash blockhash = chain_.latest_blockhash(1);
    json.end_object().key("blockhashWithMetadata").begin_object().key("blockhash").begin_array();
    for (const std::uint8_t byte : blockhash.bytes) {
        json.number(byte);
    }
    json.end_array().key("lastValidBlockHeight");
    json.number(chain_.last_valid_height(blockhash).value_or(BlockHeight{}).value);
    json.key("fetchedAt").begin_object().key("secs_since_epoch");
    json.number(chain_.slot_time().seconds()).key("nanos_since_epoch").number(0);
    json.end_object().end_object().end_object();
    return text;
}

JupiterResult<void> JupiterServer::write_transaction(JsonWriter& json, SwapRequest& request) {
    const auto attack = hostile_.draw_attack();
    if (attack) {
        hostile_.change_request(*attack, request);
    }
    SwapInstructions built = build(request);
    if (attack) {
        hostile_.change_instructions(*attack, request, built);
    }
    set_compute_budget(built, request, unit_limit_of(request.legs.size()));
    const auto wire = compile(request, built, attack);
    if (!wire) {
        return std::unexpected{wire.error()};
    }
    const auto simulated = chain_.simulate(*wire, false, false, {});
    const bool is_failing = !simulated || simulated->error_json != "null";
    // Who lies does not warn.
    if (is_failing && !attack && hostile_.faults().skew_probability <= 0) {
        json.key("transaction").string("").key("errorCode").number(kInsufficientFunds);
        json.key("errorMessage")
            .string(simulated ? simulated->error_json : simulated.error().message);
        return {};
    }
    const auto message = solana::message_bytes_of(*wire);
    const std::string id = fmt::format("sim-order-{}", request_number_);
    orders_.emplace_back(id, Bytes{message->begin(), message->end()});
    if (orders_.size() > kOrdersMax) {
        orders_.pop_front();
    }
    json.key("transaction").string(base64_encode(*wire)).key("requestId").string(id);
    json.key("lastValidBlockHeight")
        .string(std::to_string(
            chain_.last_valid_height(chain_.latest_blockhash(1)).value_or(BlockHeight{}).value));
    json.key("prioritizationFeeLamports").number(request.fee_lamports.value_or(0));
    return {};
}

JupiterServer::Text JupiterServer::order(std::string_view target) {
    const auto answer = quoted(target);
    if (!answer) {
        return std::unexpected{answer.error()};
    }
    auto request = read_taker(target, *answer);
    if (!request) {
        return std::unexpected{request.error()};
    }
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("mode").string("ultra");
    write_quote(json, *answer);
    json.key("feeMint").string(answer->output_mint.to_string()).key("feeBps").number(0);
    json.key("signatureFeeLamports").number(5'000).key("rentFeeLamports").number(0);
    json.key("swapType").string("aggregator").key("router").string("metis");
    json.key("gasless").boolean(false).key("totalTime").number(0);
    if (!*request) {
        json.key("transaction").null().key("requestId");
        json.string(fmt::format("sim-order-{}", request_number_)).end_object();
        return text;
    }
    if (auto written = write_transaction(json, **request); !written) {
        return std::unexpected{written.error()};
    }
    json.end_object();
    return text;
}

// Takes the transaction of an order of its own and no other. That the chain has it already, from
// somebody else, is as good.
JupiterServer::Text JupiterServer::execute(std::string_view body) {
    simdjson::dom::element root;
    std::string_view id, encoded;
    if (parser_.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS ||
        root["requestId"].get(id) != simdjson::SUCCESS ||
        root["signedTransaction"].get(encoded) != simdjson::SUCCESS) {
        return refuse_execute(kInvalidTransaction, "signedTransaction and requestId are required");
    }
    const auto known = std::ranges::find(orders_, id, &std::pair<std::string, Bytes>::first);
    if (known == orders_.end()) {
        return refuse_execute(kNoOrder, "Order not found, it might have expired");
    }
    const auto wire = base64_decode(encoded);
    const auto message = wire ? solana::message_bytes_of(*wire) : std::nullopt;
    if (!message) {
        return refuse_execute(kInvalidTransaction, "the signed transaction cannot be read");
    }
    if (!std::ranges::equal(*message, known->second)) {
        return refuse_execute(kInvalidMessage, "the message is not that of the order");
    }
    const auto parsed = solana::parse_message(BytesView{*message});
    const auto signature = chain_.submit(*wire, true);
    if (parsed && signature) {
        sent_ = Sent{*signature, parsed->recent_blockhash};
        return executed_json(*sent_);
    }
    std::string text;
    JsonWriter{text}
        .begin_object()
        .key("status")
        .string("Failed")
        .key("code")
        .number(kRefusedTransaction)
        .key("error")
        .string(signature ? "the message cannot be read" : signature.error().message)
        .end_object();
    return text;
}

bool JupiterServer::is_settled(const Sent& sent) const {
    return chain_.receipt(sent.signature) != nullptr || !chain_.last_valid_height(sent.blockhash);
}

std::string JupiterServer::executed_json(const Sent& sent) const {
    const Receipt* receipt = chain_.receipt(sent.signature);
    const bool is_landed = receipt != nullptr && !receipt->is_failed();
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("status").string(is_landed ? "Success" : "Failed");
    json.key("signature").string(sent.signature.to_string());
    json.key("slot").string(
        std::to_string(receipt == nullptr ? chain_.slot().value : receipt->slot.value));
    json.key("code").number(is_landed ? 0 : is_settled(sent) ? kNotLanded : kUnknownOutcome);
    if (receipt != nullptr && receipt->is_failed()) {
        json.key("error").string(receipt->error_json);
    }
    json.end_object();
    return text;
}

void JupiterServer::serve(const net::HttpRequest& request, MonoTime now,
                          net::HttpResponder respond) {
    sent_.reset();
    net::HttpResponse response = handle(request, now);
    if (!sent_ || response.status != 200 || is_settled(*sent_)) {
        return respond(std::move(response));
    }
    waiting_.push_back({*sent_, std::move(response), std::move(respond)});
}

void JupiterServer::end_slot() {
    for (std::size_t i = 0; i < waiting_.size();) {
        if (!is_settled(waiting_[i].sent)) {
            ++i;
            continue;
        }
        Waiting done = std::move(waiting_[i]);
        waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
        done.response.body = executed_json(done.sent);
        done.respond(std::move(done.response));
    }
}

}  // namespace sniperforge::sim
