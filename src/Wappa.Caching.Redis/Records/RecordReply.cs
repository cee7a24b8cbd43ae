using System.Text;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Records;

/// <summary>How a program ended. The numbers are those of <c>records.lua</c>.</summary>
internal enum ProgramStatus
{
    /// <summary>Every step was made, or had nothing to do.</summary>
    Made = 0,

    /// <summary>A step was refused.</summary>
    Refused = 1,

    /// <summary>A step does not fit what is stored, or a limit.</summary>
    Failed = 2,

    /// <summary>A record is not what .NET saw any more.</summary>
    Stale = 3,

    /// <summary>The operation had been made by an earlier sending.</summary>
    Duplicate = 4,

    /// <summary>The operation may have been made by an earlier sending.</summary>
    Unknown = 5,

    /// <summary>A row would be created whose name is not in the index of its table.</summary>
    Unannounced = 6,

    /// <summary>On the wire only: <see cref="Made"/>, and no step had anything to do.</summary>
    Untouched = 7,
}

/// <summary>What <c>records.lua</c> answers.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Step">At which step, from 0.</param>
/// <param name="Now">The server's microseconds.</param>
/// <param name="Before">The records as they were before the program, in its order.</param>
/// <param name="Number">What a duplicate led to the first time.</param>
/// <param name="HasWritten">Whether it has changed any record.</param>
internal sealed record RecordReply(
    ProgramStatus Status, int Step, long Now, DocumentRecord[] Before, string? Number, bool HasWritten)
{
    internal static ReplyParser<RecordReply> Parser { get; } = new ReplyReader();

    private sealed class ReplyReader : ReplyParser<RecordReply>
    {
        private const int Head = 3;

        public override bool HasWritten(RecordReply reply) => reply.HasWritten;

        public override RecordReply Parse(ref RespReader reader)
        {
            var length = reader.ReadArrayLength();
            var (status, step, now) = ((ProgramStatus)reader.ReadInteger(), (int)reader.ReadInteger(), reader.ReadInteger());
            var before = new DocumentRecord[(length - Head) / 2];
            for (var i = 0; i < before.Length; i++)
            {
                var remaining = reader.ReadInteger();
                var record = StoredRecord.ReadAll(ref reader);

                // A record whose content was not asked for comes without its remaining time too.
                before[i] = record.WithTtl(remaining == -2 ? -1 : remaining);
            }

            var number = length % 2 == 0 ? Encoding.UTF8.GetString(reader.ReadBytes()) : null;
            var told = status == ProgramStatus.Untouched ? ProgramStatus.Made : status;
            return new(told, step, now, before, number, HasWritten: status == ProgramStatus.Made);
        }
    }
}
