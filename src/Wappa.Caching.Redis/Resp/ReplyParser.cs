namespace Wappa.Caching.Redis.Resp;

/// <summary>Turns a reply in the receive buffer into a value, without objects in between. Stateless: one instance serves all.</summary>
/// <typeparam name="T">What it makes.</typeparam>
internal abstract class ReplyParser<T>
{
    /// <summary>Reads one reply, which is complete and well-formed and not an error at its top. It need not read all of it:
    /// the client goes on after the reply's end in any case.</summary>
    /// <param name="reader">Stands before the reply. What it hands out is valid during the call only.</param>
    /// <exception cref="RespFormatException">The reply has another shape. Any exception goes to the caller of the command.</exception>
    public abstract T Parse(ref RespReader reader);

    /// <summary>Whether the command has changed anything, as the reply tells. If not, there is nothing that replicas could confirm
    /// (<see cref="CallOptions.Durability"/>). True where the reply does not tell.</summary>
    /// <param name="reply">What <see cref="Parse"/> made of it.</param>
    public virtual bool HasWritten(T reply) => true;
}
