using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>What the script of a single change answers.</summary>
/// <param name="Now">The server's microseconds; 0: nothing was done, the change is one for <c>records.lua</c>.</param>
/// <param name="Number">The sum or the length.</param>
/// <param name="Record">After the change; only its revision, unless more was asked for.</param>
internal readonly record struct DirectReply(long Now, long Number, DocumentRecord Record)
{
    internal static ReplyParser<DirectReply> Parser { get; } = new DirectReader();

    internal bool IsMade => Now != 0;

    private sealed class DirectReader : ReplyParser<DirectReply>
    {
        private const int WithoutRecord = 3;

        public override bool HasWritten(DirectReply reply) => reply.IsMade;

        public override DirectReply Parse(ref RespReader reader)
        {
            if (reader.TryReadNull()) return default;
            var length = reader.ReadArrayLength();
            var (now, revision, number) = (reader.ReadInteger(), reader.ReadInteger(), reader.ReadInteger());
            if (length == WithoutRecord) return new(now, number, DocumentRecord.Unread(revision));
            var remaining = reader.ReadInteger();
            return new(now, number, StoredRecord.ReadAll(ref reader).WithTtl(remaining));
        }
    }
}
