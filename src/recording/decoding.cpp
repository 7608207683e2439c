// SPDX-License-Identifier: MIT
#include "sniperforge/recording/decoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "recording/kinds.hpp"
#include "recording/said.hpp"
#include "sniperforge/net/arrived_messages.hpp"
#include "sniperforge/recording/reader.hpp"
#include "sniperforge/rpc/message_decoder.hpp"

namespace sniperforge::recording {
namespace {

// Arrivals that an update may still be made of: a slot is held back for some hundred milliseconds,
// and what overtook the answer to its own subscription for some seconds.
constexpr std::size_t kArrivalsMax = 50'000;
// Accounts of answers that an update may still be made of: a read waits for nobody, but an answer
// of all pools of a program may have as many.
constexpr std::size_t kAnsweredMax = 200'000;

class DecodingCheck {
 public:
    explicit DecodingCheck(DecodingResult& result) : result_{result} {}

    // False: the body is not what a record of its kind has.
    [[nodiscard]] bool take(const RawRecord& record) {
        ByteReader body{record.body};
        record_ = record.number;
        switch (static_cast<Kind>(record.kind)) {
            case Kind::StreamOpened:
                streams_[body.read<std::uint32_t>()] = {};
                ++result_.streams;
                break;
            case Kind::StreamRead:
                stream_ = body.read<std::uint32_t>();
                at_ = body.read<std::int64_t>();
                arrive(body.take(body.remaining()));
                break;
            case Kind::StreamClosed:
                stream_ = body.read<std::uint32_t>();
                close();
                break;
            case Kind::ChainUpdate:
                return tell(body);
            default:
                break;
        }
        return body.ok();
    }

 private:
    // A notification that was decoded.
    struct Arrival {
        std::uint64_t frame = 0;
        std::uint32_t stream = 0;
        std::uint64_t subscription = 0;
        Said said;
        bool is_told = false;
    };
    using Subscription = std::pair<std::uint32_t, std::uint64_t>;

    void arrive(BytesView bytes) {
        net::ArrivedMessages& stream = streams_[stream_];
        const bool was_readable = stream.problem().empty();
        stream.put(bytes, [this](const net::ArrivedMessage& message) { decode(message); });
        if (was_readable && !stream.problem().empty()) {
            ++result_.frames;
            unreadable(fmt::format("stream {} from here on: {}", stream_, stream.problem()));
        }
    }
    void close() {
        const auto stream = streams_.find(stream_);
        if (stream == streams_.end()) {
            return;
        }
        stream->second.put_end([this](const net::ArrivedMessage& message) { decode(message); });
        streams_.erase(stream);
        accounts_.erase(accounts_.lower_bound({stream_, 0}),
                        accounts_.lower_bound({stream_ + 1, 0}));
    }
    void unreadable(std::string text) {
        ++result_.unreadable;
        unreadable_at_ = at_;
        unreadable_frame_ = result_.frames;
        if (result_.unreadable_frames.size() < DecodingResult::kNamedMax) {
            result_.unreadable_frames.push_back({result_.frames, record_, std::move(text)});
        }
    }

    void decode(const net::ArrivedMessage& message) {
        ++result_.frames;
        if (!message.is_socket) {
            return decode_answer(message);
        }
        const auto news = decoder_.socket_news(message.text);
        if (!news) {
            return unreadable(news.error().text);
        }
        switch (news->kind) {
            case rpc::SocketNews::Kind::Nothing:
                return;
            case rpc::SocketNews::Kind::Subscribed:
                accounts_.erase({stream_, news->subscription});
                return;
            case rpc::SocketNews::Kind::Update:
                break;
        }
        ++result_.notifications;
        arrivals_[at_].push_back(
            {result_.frames, stream_, news->subscription, said_of(news->update), false});
        if (++arrivals_kept_ > kArrivalsMax) {
            arrivals_kept_ -= arrivals_.begin()->second.size();
            arrivals_.erase(arrivals_.begin());
        }
    }
    void decode_answer(const net::ArrivedMessage& message) {
        constexpr int kOk = 200;
        if (message.status != kOk) {
            return;  // A refusal in whatever form.
        }
        const auto accounts = decoder_.accounts(message.text);
        if (!accounts) {
            return unreadable(accounts.error().text);
        }
        for (const rpc::AccountData& account : accounts->accounts) {
            ++result_.answered_accounts;
            answered_in_order_.push_back(answered_.insert(answer_of(
                said_of(AccountUpdate{accounts->context_slot, account.pubkey, account.owner,
                                      account.lamports, account.data, true}))));
        }
        for (; answered_in_order_.size() > kAnsweredMax; answered_in_order_.pop_front()) {
            answered_.erase(answered_in_order_.front());
        }
    }

    // Slot, account, and what it says.
    using Answer = std::tuple<std::uint64_t, Pubkey, std::size_t>;
    [[nodiscard]] static Answer answer_of(const Said& said) {
        const std::string_view bytes{reinterpret_cast<const char*>(said.bytes.data()),
                                     said.bytes.size()};
        return {said.slot.value, said.account, std::hash<std::string_view>{}(bytes)};
    }

    [[nodiscard]] bool tell(ByteReader& body) {
        (void)read_step(body);
        (void)read_step(body);
        const auto received = body.read<std::int64_t>();
        (void)body.read<std::int64_t>();
        ReadUpdate read;
        if (!read.read(body) || body.remaining() != 0) {
            return false;
        }
        const ChainUpdate& update = read.update();
        const Said said = said_of(update);
        if (const auto* account = std::get_if<AccountUpdate>(&update);
            account != nullptr && account->is_read) {
            find_answer(said);
        } else if (account != nullptr || std::holds_alternative<SlotUpdate>(update) ||
                   std::holds_alternative<LogsUpdate>(update) ||
                   std::holds_alternative<SignatureUpdate>(update)) {
            find_arrival(said, received);
        }
        return true;  // What the feed says of itself is in no frame.
    }

    void find_answer(const Said& said) {
        ++result_.updates;
        Answer answer = answer_of(said);
        const bool is_keyed = answered_.contains(answer);
        std::get<1>(answer) = Pubkey{};
        if (is_keyed || answered_.contains(answer)) {
            ++result_.equal;
            return;
        }
        differ(said, 0, fmt::format("recorded {}, which no answer has", described(said)));
    }

    void find_arrival(const Said& said, std::int64_t received) {
        ++result_.updates;
        const auto then = arrivals_.find(received);
        Arrival* found = nullptr;
        Arrival* nearest = nullptr;
        bool is_only = true;  // No other subscription says the same of we do not know whom.
        if (then != arrivals_.end()) {
            for (Arrival& arrival : then->second) {
                if (arrival.said.kind != said.kind || arrival.is_told) {
                    continue;
                }
                const auto known = account_of(arrival);
                const bool is_other = known && *known != said.account;
                if (arrival.said.bytes != said.bytes || is_other) {
                    const bool is_nearer = nearest == nullptr || (known && !is_other);
                    nearest = is_nearer ? &arrival : nearest;
                } else if (known) {
                    found = &arrival;
                    break;
                } else {
                    is_only = found == nullptr;
                    found = found == nullptr ? &arrival : found;
                }
            }
        }
        if (found != nullptr) {
            ++result_.equal;
            found->is_told = true;
            if (is_only && said.account != Pubkey{}) {
                accounts_.try_emplace({found->stream, found->subscription}, said.account);
            }
            return;
        }
        if (nearest != nullptr) {
            return differ(said, nearest->frame, differing(said, nearest->said));
        }
        const bool is_unreadable = unreadable_frame_ > 0 && unreadable_at_ == received;
        differ(said, is_unreadable ? unreadable_frame_ : 0,
               fmt::format(
                   "recorded {}, and {}", described(said),
                   is_unreadable ? "the frame cannot be read" : "no frame of that time says so"));
    }

    // Of which account a subscription is: a notification of a program names it, and for others the
    // first one that was told.
    [[nodiscard]] std::optional<Pubkey> account_of(const Arrival& arrival) const {
        if (arrival.said.account != Pubkey{}) {
            return arrival.said.account;
        }
        const auto known = accounts_.find({arrival.stream, arrival.subscription});
        return known == accounts_.end() ? std::nullopt : std::optional{known->second};
    }

    void differ(const Said& said, std::uint64_t frame, std::string text) {
        if (result_.differences.size() < DecodingResult::kNamedMax) {
            const bool has_account = said.account != Pubkey{};
            result_.differences.push_back({frame, record_, said.slot,
                                           has_account ? std::optional{said.account} : std::nullopt,
                                           std::move(text)});
        }
    }

    DecodingResult& result_;
    rpc::MessageDecoder decoder_;
    std::map<std::uint32_t, net::ArrivedMessages> streams_;
    std::map<std::int64_t, std::vector<Arrival>> arrivals_;  // By the time of their read.
    std::size_t arrivals_kept_ = 0;
    std::multiset<Answer> answered_;
    std::deque<std::multiset<Answer>::iterator> answered_in_order_;
    std::map<Subscription, Pubkey> accounts_;
    // At hand.
    std::uint64_t record_ = 0;
    std::uint32_t stream_ = 0;
    std::int64_t at_ = 0;
    // The last one that could not be read.
    std::int64_t unreadable_at_ = 0;
    std::uint64_t unreadable_frame_ = 0;
};

}  // namespace

Result<DecodingResult> verify_decoding(const std::string& path) {
    auto reader = Reader::open(path);
    if (!reader) {
        return Err{reader.error()};
    }
    DecodingResult result;
    result.header = (*reader)->header();
    DecodingCheck check{result};
    while (const auto record = (*reader)->next()) {
        if (!check.take(*record)) {
            result.problem =
                fmt::format("{}: record {} is not what this version knows", path, record->number);
            result.is_damaged = true;
            return result;
        }
    }
    result.totals = (*reader)->totals();
    result.problem = (*reader)->problem();
    result.is_damaged = (*reader)->is_damaged();
    return result;
}

}  // namespace sniperforge::recording
