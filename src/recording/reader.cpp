// SPDX-License-Identifier: MIT
#include "sniperforge/recording/reader.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "recording/compression.hpp"
#include "recording/layout.hpp"
#include "sniperforge/journal/crc32c.hpp"

namespace sniperforge::recording {
namespace {

[[nodiscard]] BlockHead block_head_of(BytesView bytes) {
    BlockHead head;
    head.kind = static_cast<BlockKind>(read_le<std::uint32_t>(bytes, 4));
    head.record_bytes = read_le<std::uint32_t>(bytes, 8);
    head.bytes = read_le<std::uint32_t>(bytes, 12);
    head.stored_bytes = read_le<std::uint32_t>(bytes, 16);
    head.records = read_le<std::uint32_t>(bytes, 20);
    head.first = read_le<std::uint64_t>(bytes, 24);
    return head;
}

}  // namespace

struct Reader::State {
    // Exactly so many, or none.
    [[nodiscard]] std::optional<Bytes> take(std::size_t count) {
        Bytes bytes(count);
        file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(count));
        if (static_cast<std::size_t>(file.gcount()) != count) {
            return std::nullopt;
        }
        return bytes;
    }
    [[nodiscard]] Result<void> read_header() {
        const auto head = take(kFileHeadBytes);
        if (!head || std::memcmp(head->data(), kMagic.data(), kMagic.size()) != 0) {
            return fail(fmt::format("{} is no recording: it does not begin with {}", path, kMagic));
        }
        const auto version = read_le<std::uint32_t>(*head, 8);
        if (version != kFormatVersion) {
            return fail(
                fmt::format("{} is a recording of format {}, this version reads {}: use the "
                            "version of SniperForge that wrote it",
                            path, version, kFormatVersion));
        }
        const auto bytes = read_le<std::uint32_t>(*head, 12);
        const auto parts = bytes <= kHeaderBytesMax ? take(bytes) : std::nullopt;
        if (!parts || journal::crc32c(*parts) != read_le<std::uint32_t>(*head, 16)) {
            return fail(
                fmt::format("{}: its header is torn or damaged, so that nothing of it can be "
                            "read: record again, or take a copy of it",
                            path));
        }
        ArchiveReader archive{*parts, kAsItIs, kLayoutNewest};
        archive(header);
        if (!archive.is_complete()) {
            return fail(
                fmt::format("{}: its header has other parts than this version writes", path));
        }
        offset = kFileHeadBytes + bytes;
        return {};
    }
    void stop(bool damaged, std::string_view what) {
        is_over = true;
        is_damaged = damaged;
        problem = fmt::format(
            "{}: {} at offset {}; {}", path, what, offset,
            damaged ? "what stands before it is all that can be read: take a copy of the file, or "
                      "record again"
                    : "the run goes on still, or it was killed: what stands before it is whole. A "
                      "file has its end once its run ended by itself (--duration, `sniperforge "
                      "stop`)");
    }
    // False at the end.
    [[nodiscard]] bool read_block() {
        const auto head_bytes = take(kBlockHeadBytes);
        if (!head_bytes) {
            const bool is_between = offset == file_bytes;
            stop(false, is_between ? "cut before its end, behind a whole block" : "torn");
            return false;
        }
        const BlockHead head = block_head_of(*head_bytes);
        const bool is_known = head.kind == BlockKind::Records || head.kind == BlockKind::End;
        if (read_le<std::uint32_t>(*head_bytes, 0) != kBlockMark || !is_known ||
            head.bytes > kBlockBytesMax || head.stored_bytes > kBlockBytesMax ||
            head.record_bytes > head.bytes) {
            stop(true, "damaged: no block");
            return false;
        }
        const auto stored = take(head.stored_bytes);
        if (!stored) {
            stop(false, "torn");
            return false;
        }
        constexpr std::size_t kChecked = kBlockHeadBytes - sizeof(std::uint32_t);
        const std::uint32_t checksum =
            journal::crc32c(*stored, journal::crc32c(BytesView{*head_bytes}.first(kChecked)));
        if (checksum != read_le<std::uint32_t>(*head_bytes, kChecked)) {
            stop(true, "damaged: the checksum of a block is wrong");
            return false;
        }
        auto plain = decompress(*stored, head.bytes);
        if (!plain || head.first != number + 1) {
            stop(true, plain ? "damaged: a block is missing before the one" : plain.error().text);
            return false;
        }
        offset += kBlockHeadBytes + head.stored_bytes;
        content = std::move(*plain);
        if (head.kind == BlockKind::End) {
            read_end();
            return false;
        }
        ++blocks;
        content_bytes += content.size();
        records = ByteReader{BytesView{content}.first(head.record_bytes)};
        decisions = ByteReader{BytesView{content}.subspan(head.record_bytes)};
        return true;
    }
    void read_end() {
        is_over = true;
        Totals read;
        ArchiveReader archive{content, kAsItIs, kLayoutNewest};
        archive(read);
        if (!archive.is_complete() || offset != file_bytes) {
            return stop(true, "damaged: something follows the end, or it is none");
        }
        totals = std::move(read);
    }

    std::ifstream file;
    std::string path;
    Header header;
    std::uint64_t file_bytes = 0, offset = 0, content_bytes = 0, blocks = 0;
    std::uint64_t number = 0;  // Of the last record.
    Bytes content;             // Of the block at hand.
    ByteReader records{BytesView{}}, decisions{BytesView{}};
    std::optional<Totals> totals;
    std::string problem;
    bool is_over = false, is_damaged = false;
};

Reader::Reader(std::unique_ptr<State> state) : state_{std::move(state)} {}
Reader::~Reader() = default;

Result<std::unique_ptr<Reader>> Reader::open(const std::string& path) {
    auto state = std::make_unique<State>();
    state->path = path;
    state->file.open(path, std::ios::binary | std::ios::ate);
    if (!state->file) {
        return fail(fmt::format("reading the recording {}: {}", path, std::strerror(errno)));
    }
    state->file_bytes =
        static_cast<std::uint64_t>(std::max<std::streamoff>(state->file.tellg(), 0));
    state->file.seekg(0);
    if (auto read = state->read_header(); !read) {
        return Err{read.error()};
    }
    return std::unique_ptr<Reader>{new Reader{std::move(state)}};
}

const Header& Reader::header() const { return state_->header; }

std::optional<RawRecord> Reader::next() {
    State& state = *state_;
    while (!state.is_over && state.records.remaining() == 0) {
        if (!state.read_block()) {
            return std::nullopt;
        }
    }
    if (state.is_over) {
        return std::nullopt;
    }
    RawRecord record;
    record.kind = state.records.read<std::uint8_t>();
    record.body = state.records.take(read_number(state.records));
    if (!state.records.ok()) {
        state.stop(true, "damaged: a record is longer than its block");
        return std::nullopt;
    }
    record.number = ++state.number;
    return record;
}

Decision Reader::next_decision() {
    ByteReader& texts = state_->decisions;
    Decision decision;
    decision.kind = static_cast<journal::RecordKind>(texts.read<std::uint8_t>());
    const BytesView body = texts.take(read_number(texts));
    decision.body.assign(body.begin(), body.end());
    return decision;
}

const std::optional<Totals>& Reader::totals() const { return state_->totals; }
const std::string& Reader::problem() const { return state_->problem; }
bool Reader::is_damaged() const { return state_->is_damaged; }
std::uint64_t Reader::file_bytes() const { return state_->file_bytes; }
std::uint64_t Reader::content_bytes() const { return state_->content_bytes; }
std::uint64_t Reader::blocks() const { return state_->blocks; }

}  // namespace sniperforge::recording
