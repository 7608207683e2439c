// SPDX-License-Identifier: MIT
// The typed calls: parameters out, decoded results back. Keys, hashes and signatures are base58 and
// transactions base64, so nothing in the parameters needs JSON escapes.
#include <fmt/format.h>

#include "rpc/client_state.hpp"
#include "rpc/decode_reply.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::value;

constexpr std::size_t kMultipleAccountsMax = 100;  // Protocol rpc 2: more is -32602.
constexpr std::size_t kSignatureStatusesMax = 256;

template <typename T, typename Decode>
RpcHandler<std::string> decoding(std::string_view method, RpcHandler<T> handler, Decode decode) {
    return [method, handler = std::move(handler),
            decode = std::move(decode)](RpcResult<std::string> body) mutable {
        if (!body) {
            handler(std::unexpected(std::move(body.error())));
            return;
        }
        auto result = json::read_document(*body, [&](json::ondemand::object& root) {
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

std::unique_ptr<Call> make_call(std::string_view literal_method, std::string params,
                                RpcHandler<std::string> handler) {
    auto call = std::make_unique<Call>();
    call->method = literal_method;
    call->params = std::move(params);
    call->handler = std::move(handler);
    return call;
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

void RpcClient::get_genesis_hash(RpcHandler<Hash> handler) {
    constexpr std::string_view kMethod = "getGenesisHash";
    state_->start(make_call(kMethod, "[]", decoding<Hash>(kMethod, std::move(handler), [](value v) {
                                return json::to_key<Hash>(v, "result");
                            })));
}

void RpcClient::get_slot(Commitment commitment, RpcHandler<Slot> handler) {
    constexpr std::string_view kMethod = "getSlot";
    state_->start(make_call(
        kMethod, fmt::format(R"([{{"commitment":"{}"}}])", to_string(commitment)),
        decoding<Slot>(kMethod, std::move(handler), [](value v) { return Slot{decode_u64(v)}; })));
}

void RpcClient::get_block_height(Commitment commitment, RpcHandler<BlockHeight> handler) {
    constexpr std::string_view kMethod = "getBlockHeight";
    state_->start(
        make_call(kMethod, fmt::format(R"([{{"commitment":"{}"}}])", to_string(commitment)),
                  decoding<BlockHeight>(kMethod, std::move(handler),
                                        [](value v) { return BlockHeight{decode_u64(v)}; })));
}

void RpcClient::get_latest_blockhash(Commitment commitment, RpcHandler<LatestBlockhash> handler) {
    constexpr std::string_view kMethod = "getLatestBlockhash";
    state_->start(
        make_call(kMethod, fmt::format(R"([{{"commitment":"{}"}}])", to_string(commitment)),
                  decoding<LatestBlockhash>(kMethod, std::move(handler), decode_latest_blockhash)));
}

void RpcClient::get_balance(const Pubkey& account, Commitment commitment,
                            RpcHandler<Lamports> handler) {
    constexpr std::string_view kMethod = "getBalance";
    state_->start(make_call(
        kMethod,
        fmt::format(R"(["{}",{{"commitment":"{}"}}])", account.to_string(), to_string(commitment)),
        decoding<Lamports>(kMethod, std::move(handler), decode_balance)));
}

void RpcClient::get_minimum_balance_for_rent_exemption(std::size_t data_length,
                                                       RpcHandler<Lamports> handler) {
    constexpr std::string_view kMethod = "getMinimumBalanceForRentExemption";
    state_->start(make_call(kMethod, fmt::format("[{}]", data_length),
                            decoding<Lamports>(kMethod, std::move(handler),
                                               [](value v) { return Lamports{decode_u64(v)}; })));
}

void RpcClient::get_multiple_accounts(std::span<const Pubkey> keys, Commitment commitment,
                                      RpcHandler<MultipleAccounts> handler) {
    SF_ASSERT(keys.size() <= kMultipleAccountsMax);
    constexpr std::string_view kMethod = "getMultipleAccounts";
    state_->start(make_call(
        kMethod,
        fmt::format(R"([[{}],{{"encoding":"base64","commitment":"{}"}}])", quoted_list(keys),
                    to_string(commitment)),
        decoding<MultipleAccounts>(kMethod, std::move(handler),
                                   [asked = std::vector<Pubkey>{keys.begin(), keys.end()}](
                                       value v) { return decode_multiple_accounts(v, asked); })));
}

void RpcClient::get_program_accounts(const Pubkey& program, std::size_t data_size,
                                     Commitment commitment,
                                     RpcHandler<std::vector<AccountData>> handler) {
    constexpr std::string_view kMethod = "getProgramAccounts";
    state_->start(make_call(
        kMethod,
        fmt::format(
            R"(["{}",{{"encoding":"base64","commitment":"{}","filters":[{{"dataSize":{}}}]}}])",
            program.to_string(), to_string(commitment), data_size),
        decoding<std::vector<AccountData>>(kMethod, std::move(handler), decode_keyed_accounts)));
}

void RpcClient::get_token_accounts_by_owner(const Pubkey& owner, const Pubkey& token_program,
                                            Commitment commitment,
                                            RpcHandler<std::vector<AccountData>> handler) {
    constexpr std::string_view kMethod = "getTokenAccountsByOwner";
    state_->start(make_call(
        kMethod,
        fmt::format(R"(["{}",{{"programId":"{}"}},{{"encoding":"base64","commitment":"{}"}}])",
                    owner.to_string(), token_program.to_string(), to_string(commitment)),
        decoding<std::vector<AccountData>>(kMethod, std::move(handler), decode_keyed_accounts)));
}

void RpcClient::get_signature_statuses(
    std::span<const Signature> signatures,
    RpcHandler<std::vector<std::optional<SignatureStatus>>> handler) {
    SF_ASSERT(signatures.size() <= kSignatureStatusesMax);
    constexpr std::string_view kMethod = "getSignatureStatuses";
    state_->start(make_call(
        kMethod,
        fmt::format(R"([[{}],{{"searchTransactionHistory":false}}])", quoted_list(signatures)),
        decoding<std::vector<std::optional<SignatureStatus>>>(
            kMethod, std::move(handler),
            [count = signatures.size()](value v) { return decode_signature_statuses(v, count); })));
}

void RpcClient::get_transaction(const Signature& signature, Commitment commitment,
                                RpcHandler<std::optional<TransactionDetail>> handler) {
    constexpr std::string_view kMethod = "getTransaction";
    // The method knows no processed commitment; confirmed is the earliest.
    const Commitment asked =
        commitment == Commitment::Processed ? Commitment::Confirmed : commitment;
    // Version 1 is live: without declaring it the answer to one is -32015.
    state_->start(make_call(
        kMethod,
        fmt::format(
            R"(["{}",{{"encoding":"json","commitment":"{}","maxSupportedTransactionVersion":1}}])",
            signature.to_string(), to_string(asked)),
        decoding<std::optional<TransactionDetail>>(kMethod, std::move(handler),
                                                   decode_transaction)));
}

void RpcClient::send_transaction(BytesView wire, bool skip_preflight, MonoTime* sent_at,
                                 RpcHandler<Signature> handler) {
    constexpr std::string_view kMethod = "sendTransaction";
    // maxRetries 0: rebroadcasting is ours, bounded by the blockhash.
    auto call = make_call(kMethod,
                          fmt::format(R"(["{}",{{"encoding":"base64","skipPreflight":{},)"
                                      R"("preflightCommitment":"processed","maxRetries":0}}])",
                                      base64_encode(wire), skip_preflight),
                          decoding<Signature>(kMethod, std::move(handler), [](value v) {
                              return json::to_key<Signature>(v, "result");
                          }));
    call->repeat = Repeat::OnlyIfUnwritten;
    call->sent_at = sent_at;
    state_->start(std::move(call));
}

void RpcClient::request_airdrop(const Pubkey& account, Lamports amount,
                                RpcHandler<Signature> handler) {
    constexpr std::string_view kMethod = "requestAirdrop";
    auto call = make_call(kMethod, fmt::format(R"(["{}",{}])", account.to_string(), amount.raw()),
                          decoding<Signature>(kMethod, std::move(handler), [](value v) {
                              return json::to_key<Signature>(v, "result");
                          }));
    call->repeat = Repeat::OnlyIfUnwritten;
    state_->start(std::move(call));
}

}  // namespace sniperforge::rpc
