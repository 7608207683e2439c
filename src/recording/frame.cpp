// SPDX-License-Identifier: MIT
#include "recording/frame.hpp"

#include <fmt/format.h>

#include <utility>

namespace sniperforge::recording {
namespace {

// An order that is sent inside a call brings calls, and they may bring others: two or three deep.
constexpr unsigned kDepthMax = 32;

// A file that says nonsense may wrap around.
[[nodiscard]] std::int64_t stepped(std::int64_t time, ByteReader& step) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(time) +
                                     static_cast<std::uint64_t>(read_step(step)));
}

template <typename T>
[[nodiscard]] bool read_parts(BytesView bytes, T& value) {
    ArchiveReader archive{bytes, kAsItIs, kLayoutNewest};
    archive(value);
    return archive.is_complete();
}

}  // namespace

const Decision* Frame::first_decision() const {
    if (!decisions.values.empty()) {
        return &decisions.values.front().decision;
    }
    for (const Nested& inner : nested) {
        for (const Frame& frame : inner.frames) {
            if (const Decision* found = frame.first_decision()) {
                return found;
            }
        }
    }
    return nullptr;
}

std::optional<RawRecord> FrameReader::next_record() {
    while (problem_.empty()) {
        const auto record = reader_.next();
        if (!record) {
            return std::nullopt;
        }
        ++result_.records;
        if (record->kind < static_cast<std::uint8_t>(Kind::StreamOpened)) {
            return record;
        }
        if (record->kind > static_cast<std::uint8_t>(Kind::StreamClosed)) {
            problem_ = fmt::format("record {}: of kind {}, which this version does not know",
                                   result_.records, record->kind);
            return std::nullopt;
        }
        count_stream(*record);
    }
    return std::nullopt;
}

std::optional<std::variant<Frame, Beside>> FrameReader::next() {
    const auto record = next_record();
    if (!record) {
        return std::nullopt;
    }
    if (is_call(record->kind)) {
        auto frame = read_frame(*record, 0);
        return frame ? std::optional<std::variant<Frame, Beside>>{std::move(*frame)} : std::nullopt;
    }
    if (record->kind != static_cast<std::uint8_t>(Kind::DecidedBeside)) {
        refuse(*record);
        return std::nullopt;
    }
    Frame::Decided decided = read_decided(*record);
    return Beside{std::move(decided.decision), decided.is_taken};
}

std::optional<Frame> FrameReader::read_frame(const RawRecord& record, unsigned depth) {
    Frame frame;
    frame.kind = static_cast<Kind>(record.kind);
    frame.number = record.number;
    ByteReader begin{record.body};
    mono_.ns = stepped(mono_.ns, begin);
    wall_.ns = stepped(wall_.ns, begin);
    frame.mono = mono_;
    frame.wall = wall_;
    const BytesView args = begin.take(begin.remaining());
    frame.args.assign(args.begin(), args.end());
    ++result_.calls[std::string{name_of(frame.kind)}];
    while (const auto inner = next_record()) {
        if (inner->kind == static_cast<std::uint8_t>(Kind::Return)) {
            return frame;
        }
        if (inner->kind == static_cast<std::uint8_t>(Kind::Decided)) {
            frame.decisions.values.push_back(read_decided(*inner));
        } else if (is_answer(inner->kind)) {
            read_answer(*inner, frame);
        } else if (inner->kind != static_cast<std::uint8_t>(Kind::Outside) || depth >= kDepthMax) {
            refuse(*inner);
        } else if (!read_nested(*inner, frame, depth)) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

bool FrameReader::read_nested(const RawRecord& record, Frame& frame, unsigned depth) {
    ByteReader which{record.body};
    Frame::Nested nested;
    nested.op = static_cast<Op>(which.read<std::uint8_t>());
    nested.count = static_cast<std::uint32_t>(read_number(which));
    if (!which.ok() || static_cast<std::size_t>(nested.op) >= kOps) {
        refuse(record);
        return false;
    }
    while (const auto inner = next_record()) {
        if (inner->kind == static_cast<std::uint8_t>(Kind::OutsideEnd)) {
            frame.nested.push_back(std::move(nested));
            return true;
        }
        if (!is_call(inner->kind)) {
            refuse(*inner);
            return false;
        }
        auto called = read_frame(*inner, depth + 1);
        if (!called) {
            return false;
        }
        nested.frames.push_back(std::move(*called));
    }
    return false;
}

void FrameReader::read_answer(const RawRecord& record, Frame& frame) {
    ByteReader answer{record.body};
    const auto kind = static_cast<Kind>(record.kind);
    bool is_read = true;
    if (kind == Kind::Mono) {
        mono_.ns = stepped(mono_.ns, answer);
        frame.monos.values.push_back(mono_.ns);
    } else if (kind == Kind::Wall) {
        wall_.ns = stepped(wall_.ns, answer);
        frame.walls.values.push_back(wall_.ns);
    } else if (kind == Kind::Offer || kind == Kind::SameOffer) {
        is_read = kind == Kind::SameOffer || read_parts(record.body, offer_);
        frame.offers.values.push_back(offer_);
    } else if (kind == Kind::OwnSwaps || kind == Kind::SameSwaps) {
        is_read = kind == Kind::SameSwaps || read_parts(record.body, swaps_);
        frame.swaps.values.push_back(swaps_);
    } else if (kind == Kind::NoncesDue) {
        is_read = read_parts(record.body, frame.nonces.values.emplace_back());
    } else {
        frame.numbers[record.kind].values.push_back(read_number(answer));
    }
    if (!is_read || !answer.ok()) {
        refuse(record);
    }
}

Frame::Decided FrameReader::read_decided(const RawRecord& record) {
    Frame::Decided decided{reader_.next_decision(), !record.body.empty() && record.body[0] != 0};
    if (decided.is_taken) {
        digest_.add(decided.decision.kind, decided.decision.body);
    }
    return decided;
}

void FrameReader::count_stream(const RawRecord& record) {
    if (record.kind == static_cast<std::uint8_t>(Kind::StreamOpened)) {
        ++result_.streams;
    } else if (record.kind == static_cast<std::uint8_t>(Kind::StreamRead)) {
        constexpr std::size_t kBefore = sizeof(std::uint32_t) + sizeof(std::int64_t);
        result_.stream_bytes += record.body.size() - std::min(kBefore, record.body.size());
    }
}

void FrameReader::refuse(const RawRecord& record) {
    if (problem_.empty()) {
        problem_ = fmt::format("record {} of kind {} does not belong where it is", record.number,
                               record.kind);
    }
}

}  // namespace sniperforge::recording
