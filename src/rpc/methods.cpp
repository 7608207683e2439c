// SPDX-License-Identifier: MIT
// The typed calls: parameters out, decoded results back. Keys, hashes and signatures are base58 and
// transactions base64, so nothing in the parameters needs JSON escapes.
#include <fmt/format.h>

#include <algorithm>

#include "rpc/client_state.hpp"
#include "rpc/decode_reply.hpp"
#include "rpc/program_filter.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::value;

constexpr std::size_t kMultipleAccountsMax = 100;  // Protocol rpc 2: more is -32602.
constexpr int kInvalidParams = -32602;
constexpr std::size_t kSignatureStatusesMax = 256;

template <typename T, typename Decode>
RpcHandler<AnswerBody> decoding(std::string_view method, RpcHandler<T> handler, Decode decode) {
    return [method, handler = std::move(handler),
            decode = std::move(decode)](RpcResult<AnswerBody> body) mutable {
        if (!body) {
            handler(std::unexpected(std::move(body.error())));
            return;
        }
        auto result = json::read_document(body->text, [&](json::ondemand::object& root) {
            return decode(json::member(root, "result"));
        });
        if (!result) {
            handler(std::unexpected(
                RpcError{.kind = RpcError::Kind::BadReply,
                         .message = fmt::format("{}: {}", method, result.error().text),
                         .was_written = true}));
            return;
        }
        handler(std::move(*result));
    };
}

Call make_call(std::string_view literal_method, std::string params, const ReadOptions& read,
               RpcHandler<AnswerBody> handler) {
    Call call;
    call.method = method_index(literal_method);
    call.method_literal = literal_method;
    call.params = std::move(params);
    call.read = read;
    call.handler = std::move(handler);
    return call;
}

// What a node would answer.
RpcError too_many(std::string_view method, std::size_t count, std::string_view things,
                  std::size_t count_max) {
    return {
        .kind = RpcError::Kind::Node,
        .code = kInvalidParams,
        .message = fmt::format("{} of {} {}: a node reads at most {} at once, so it was not asked",
                               method, count, things, count_max)};
}

// The members that say when: `"commitment":"confirmed","minContextSlot":5`.
std::string when(const ReadOptions& options) {
    std::string members = fmt::format(R"("commitment":"{}")", to_string(options.commitment));
    if (options.context_slot_min) {
        members += fmt::format(R"(,"minContextSlot":{})", options.context_slot_min->value);
    }
    return members;
}

Call chain_height_call(const ReadOptions& options, RpcHandler<ChainHeight> handler) {
    constexpr std::string_view kMethod = "getEpochInfo";
    return make_call(kMethod, fmt::format("[{{{}}}]", when(options)), options,
                     decoding<ChainHeight>(kMethod, std::move(handler), decode_chain_height));
}

Call latest_blockhash_call(const ReadOptions& options, RpcHandler<LatestBlockhash> handler) {
    constexpr std::string_view kMethod = "getLatestBlockhash";
    return make_call(
        kMethod, fmt::format("[{{{}}}]", when(options)), options,
        decoding<LatestBlockhash>(kMethod, std::move(handler), decode_latest_blockhash));
}

// What looks into the ledger knows no processed commitment.
Commitment at_least_confirmed(Commitment commitment) {
    return commitment == Commitment::Processed ? Commitment::Confirmed : commitment;
}

std::uint64_t decode_u64(value result) { return json::to_u64(result, "result"); }

std::string quoted_list(auto items) {
    std::string list;
    for (const auto& item : items) {
        list += list.empty() ? "\"" : ",\"";
        list += item.to_string();
        list += '"';
    }
    return list;
}

}  // namespace

std::string RpcClient::State::send_params(BytesView wire, bool skip_preflight) {
    // maxRetries 0: rebroadcasting is ours, bounded by the blockhash.
    return fmt::format(R"(["{}",{{"encoding":"base64","skipPreflight":{},)"
                       R"("preflightCommitment":"processed","maxRetries":0}}])",
                       base64_encode(wire), skip_preflight);
}

RpcResult<Signature> RpcClient::State::decode_signature(RpcResult<AnswerBody> body) {
    RpcResult<Signature> signature;
    decoding<Signature>(
        "sendTransaction", [&signature](RpcResult<Signature> got) { signature = std::move(got); },
        [](value v) { return json::to_key<Signature>(v, "result"); })(std::move(body));
    return signature;
}

void RpcClient::get_genesis_hash(RpcHandler<Hash> handler) {
    constexpr std::string_view kMethod = "getGenesisHash";
    state_->start(
        make_call(kMethod, "[]", {}, decoding<Hash>(kMethod, std::move(handler), [](value v) {
                      return json::to_key<Hash>(v, "result");
                  })));
}

void RpcClient::get_slot(const ReadOptions& options, RpcHandler<Slot> handler) {
    constexpr std::string_view kMethod = "getSlot";
    state_->start(make_call(
        kMethod, fmt::format("[{{{}}}]", when(options)), options,
        decoding<Slot>(kMethod, std::move(handler), [](value v) { return Slot{decode_u64(v)}; })));
}

void RpcClient::get_block_height(const ReadOptions& options, RpcHandler<BlockHeight> handler) {
    constexpr std::string_view kMethod = "getBlockHeight";
    state_->start(make_call(kMethod, fmt::format("[{{{}}}]", when(options)), options,
                            decoding<BlockHeight>(kMethod, std::move(handler), [](value v) {
                                return BlockHeight{decode_u64(v)};
                            })));
}

void RpcClient::get_chain_height(const ReadOptions& options, RpcHandler<ChainHeight> handler) {
    state_->start(chain_height_call(options, std::move(handler)));
}

// Two answers of one endpoint, the height first: the slot is not older than it.
void RpcClient::State::ask_height_and_slot(std::size_t reader, Commitment commitment,
                                           RpcHandler<ChainHeight> handler) {
    const ReadOptions read{.commitment = commitment};
    const auto ask = [read, reader](State& state, std::string_view method,
                                    RpcHandler<std::uint64_t> then) {
        state.start_at(reader,
                       make_call(method, fmt::format("[{{{}}}]", when(read)), read,
                                 decoding<std::uint64_t>(method, std::move(then), decode_u64)));
    };
    ask(*this, "getBlockHeight",
        [weak = weak_from_this(), ask,
         handler = std::move(handler)](RpcResult<std::uint64_t> height) mutable {
            if (!height) {
                return handler(std::unexpected{std::move(height.error())});
            }
            const auto self = weak.lock();
            if (!self) {
                return;
            }
            ask(*self, "getSlot",
                [height = BlockHeight{*height},
                 handler = std::move(handler)](RpcResult<std::uint64_t> slot) mutable {
                    if (!slot) {
                        return handler(std::unexpected{std::move(slot.error())});
                    }
                    handler(ChainHeight{.slot = Slot{*slot}, .height = height});
                });
        });
}

void RpcClient::get_chain_height_from(std::size_t reader, Commitment commitment,
                                      RpcHandler<ChainHeight> handler) {
    constexpr int kMethodNotFound = -32601;
    RpcHandler<ChainHeight> then = [weak = std::weak_ptr{state_}, reader, commitment,
                                    handler =
                                        std::move(handler)](RpcResult<ChainHeight> told) mutable {
        const bool is_unserved = !told && told.error().kind == RpcError::Kind::Node &&
                                 told.error().code == kMethodNotFound;
        const auto self = is_unserved ? weak.lock() : nullptr;
        self ? self->ask_height_and_slot(reader, commitment, std::move(handler))
             : handler(std::move(told));
    };
    state_->start_at(reader, chain_height_call({.commitment = commitment}, std::move(then)));
}

void RpcClient::get_latest_blockhash(const ReadOptions& options,
                                     RpcHandler<LatestBlockhash> handler) {
    state_->start(latest_blockhash_call(options, std::move(handler)));
}

void RpcClient::get_latest_blockhash_from(std::size_t reader, Commitment commitment,
                                          RpcHandler<LatestBlockhash> handler) {
    state_->start_at(reader, latest_blockhash_call({.commitment = commitment}, std::move(handler)));
}

void RpcClient::get_balance(const Pubkey& account, const ReadOptions& options,
                            RpcHandler<Balance> handler) {
    constexpr std::string_view kMethod = "getBalance";
    state_->start(
        make_call(kMethod, fmt::format(R"(["{}",{{{}}}])", account.to_string(), when(options)),
                  options, decoding<Balance>(kMethod, std::move(handler), decode_balance)));
}

void RpcClient::get_minimum_balance_for_rent_exemption(std::size_t data_length,
                                                       RpcHandler<Lamports> handler) {
    constexpr std::string_view kMethod = "getMinimumBalanceForRentExemption";
    state_->start(make_call(kMethod, fmt::format("[{}]", data_length), {},
                            decoding<Lamports>(kMethod, std::move(handler),
                                               [](value v) { return Lamports{decode_u64(v)}; })));
}

Call RpcClient::State::accounts_call(std::span<const Pubkey> keys, const ReadOptions& read,
                                     AccountsHandler handler) {
    static constexpr std::string_view kMethod = "getMultipleAccounts";
    Call call = make_call(
        kMethod, fmt::format(R"([[{}],{{"encoding":"base64",{}}}])", quoted_list(keys), when(read)),
        read,
        [handler = std::move(handler), asked = std::vector<Pubkey>{keys.begin(), keys.end()}](
            RpcResult<AnswerBody> body) mutable {
            const std::size_t endpoint = body ? body->endpoint : 0;
            decoding<MultipleAccounts>(
                kMethod,
                [&](RpcResult<MultipleAccounts> got) { handler(std::move(got), endpoint); },
                [&](value v) { return decode_multiple_accounts(v, asked); })(std::move(body));
        });
    // How many there are may be a stranger's word, such as that of a message to be signed.
    if (keys.size() > kMultipleAccountsMax) {
        call.error = too_many(kMethod, keys.size(), "accounts", kMultipleAccountsMax);
    }
    return call;
}

void RpcClient::get_multiple_accounts(std::span<const Pubkey> keys, const ReadOptions& options,
                                      RpcHandler<MultipleAccounts> handler) {
    state_->start(State::accounts_call(
        keys, options,
        [handler = std::move(handler)](RpcResult<MultipleAccounts> got, std::size_t) mutable {
            handler(std::move(got));
        }));
}

// One after the other, so that the second is asked of an endpoint that did not answer the first.
void RpcClient::get_accounts_from_two(std::span<const Pubkey> keys, const ReadOptions& options,
                                      RpcHandler<TwoReads> handler) {
    state_->start(State::accounts_call(
        keys, options,
        [weak = state_->weak_from_this(), options, handler = std::move(handler),
         asked = std::vector<Pubkey>{keys.begin(), keys.end()}](RpcResult<MultipleAccounts> first,
                                                                std::size_t endpoint) mutable {
            if (!first) {
                return handler(std::unexpected(std::move(first.error())));
            }
            const auto self = weak.lock();
            SF_ASSERT(self);  // It is the one that calls us.
            self->read_from_another(asked, options, endpoint,
                                    TwoReads{std::move(*first), std::nullopt, std::nullopt},
                                    std::move(handler));
        }));
}

void RpcClient::State::read_from_another(std::span<const Pubkey> keys, const ReadOptions& read,
                                         std::size_t endpoint, TwoReads reads,
                                         RpcHandler<TwoReads> handler) {
    if (readers_serving() < 2) {
        return handler(std::move(reads));
    }
    Call call = accounts_call(keys, read,
                              [handler = std::move(handler), reads = std::move(reads)](
                                  RpcResult<MultipleAccounts> second, std::size_t) mutable {
                                  if (second) {
                                      reads.second = std::move(*second);
                                  } else if (is_failing_over(action_for(second.error()))) {
                                      reads.second_unreached = std::move(second.error());
                                  } else {
                                      return handler(std::unexpected(std::move(second.error())));
                                  }
                                  handler(std::move(reads));
                              });
    call.forbidden.resize(endpoints.size());
    call.forbidden[endpoint] = true;
    start(std::move(call));
}

void RpcClient::get_program_accounts(const Pubkey& program, const ProgramFilter& filter,
                                     const ReadOptions& options,
                                     RpcHandler<KeyedAccounts> handler) {
    constexpr std::string_view kMethod = "getProgramAccounts";
    state_->start(make_call(
        kMethod,
        fmt::format(R"(["{}",{{"encoding":"base64",{},"withContext":true{}}}])",
                    program.to_string(), when(options), filters_member(filter)),
        options, decoding<KeyedAccounts>(kMethod, std::move(handler), decode_keyed_accounts)));
}

void RpcClient::get_token_accounts_by_owner(const Pubkey& owner, const Pubkey& token_program,
                                            const ReadOptions& options,
                                            RpcHandler<KeyedAccounts> handler) {
    constexpr std::string_view kMethod = "getTokenAccountsByOwner";
    state_->start(make_call(
        kMethod,
        fmt::format(R"(["{}",{{"programId":"{}"}},{{"encoding":"base64",{}}}])", owner.to_string(),
                    token_program.to_string(), when(options)),
        options, decoding<KeyedAccounts>(kMethod, std::move(handler), decode_keyed_accounts)));
}

void RpcClient::get_token_largest_accounts(const Pubkey& mint, const ReadOptions& options,
                                           RpcHandler<LargestAccounts> handler) {
    constexpr std::string_view kMethod = "getTokenLargestAccounts";
    state_->start(make_call(
        kMethod, fmt::format(R"(["{}",{{{}}}])", mint.to_string(), when(options)), options,
        decoding<LargestAccounts>(kMethod, std::move(handler), decode_largest_accounts)));
}

void RpcClient::get_signature_statuses(std::span<const Signature> signatures, StatusSearch search,
                                       std::optional<Slot> context_slot_min,
                                       RpcHandler<SignatureStatuses> handler) {
    constexpr std::string_view kMethod = "getSignatureStatuses";
    Call call = make_call(
        kMethod,
        fmt::format(R"([[{}],{{"searchTransactionHistory":{}}}])", quoted_list(signatures),
                    search == StatusSearch::History),
        {.commitment = Commitment::Processed, .context_slot_min = context_slot_min},
        decoding<SignatureStatuses>(
            kMethod, std::move(handler),
            [count = signatures.size()](value v) { return decode_signature_statuses(v, count); }));
    if (signatures.size() > kSignatureStatusesMax) {
        call.error = too_many(kMethod, signatures.size(), "signatures", kSignatureStatusesMax);
    }
    state_->start(std::move(call));
}

void RpcClient::get_signatures_for_address(const Pubkey& account, std::uint32_t limit,
                                           const ReadOptions& options,
                                           RpcHandler<std::vector<SignatureRecord>> handler) {
    constexpr std::string_view kMethod = "getSignaturesForAddress";
    ReadOptions asked = options;
    asked.commitment = at_least_confirmed(asked.commitment);
    state_->start(make_call(
        kMethod,
        fmt::format(R"(["{}",{{"limit":{},{}}}])", account.to_string(), limit, when(asked)), asked,
        decoding<std::vector<SignatureRecord>>(kMethod, std::move(handler), decode_signatures)));
}

void RpcClient::get_transaction(const Signature& signature, const ReadOptions& options,
                                RpcHandler<std::optional<TransactionDetail>> handler) {
    constexpr std::string_view kMethod = "getTransaction";
    ReadOptions asked = options;
    asked.commitment = at_least_confirmed(asked.commitment);
    // Version 1 is live: without declaring it the answer to one is -32015.
    Call call = make_call(
        kMethod,
        fmt::format(
            R"(["{}",{{"encoding":"json","commitment":"{}","maxSupportedTransactionVersion":1}}])",
            signature.to_string(), to_string(asked.commitment)),
        asked,
        decoding<std::optional<TransactionDetail>>(kMethod, std::move(handler),
                                                   decode_transaction));
    call.is_slot_checked = true;
    state_->start(std::move(call));
}

void RpcClient::send_transaction(BytesView wire, bool skip_preflight, MonoTime* sent_at,
                                 RpcHandler<Signature> handler) {
    Call call = make_call("sendTransaction", State::send_params(wire, skip_preflight),
                          {.commitment = Commitment::Processed},
                          [handler = std::move(handler)](RpcResult<AnswerBody> body) mutable {
                              handler(State::decode_signature(std::move(body)));
                          });
    call.repeat = Repeat::OnlyIfUnwritten;
    call.sent_at = sent_at;
    state_->start(std::move(call));
}

void RpcClient::request_airdrop(const Pubkey& account, Lamports amount,
                                RpcHandler<Signature> handler) {
    constexpr std::string_view kMethod = "requestAirdrop";
    Call call = make_call(kMethod, fmt::format(R"(["{}",{}])", account.to_string(), amount.raw()),
                          {}, decoding<Signature>(kMethod, std::move(handler), [](value v) {
                              return json::to_key<Signature>(v, "result");
                          }));
    call.repeat = Repeat::OnlyIfUnwritten;
    state_->start(std::move(call));
}

}  // namespace sniperforge::rpc
