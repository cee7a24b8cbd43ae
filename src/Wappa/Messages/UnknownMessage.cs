namespace Wappa;

/// <summary>A message of a type that has no class of its own, or whose content is not what its type says. Everything
/// that came is in <see cref="Message.RawJson"/>.</summary>
public sealed class UnknownMessage : Message;
