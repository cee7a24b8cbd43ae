namespace Wappa.Telemetry;

/// <summary>Is told what the pipeline does while it does it: a timeline, a test that waits, a simulated crash. Any number may be
/// registered; without one nothing is made or copied for them.</summary>
internal interface ITurnObserver
{
    /// <summary>Whether it wants to be told at all; asked once, when the pipeline is made.</summary>
    bool IsOn => true;

    /// <summary>Something has happened. Called on the thread it happened on, before the pipeline goes on, so what is done here
    /// happens in between. Events of one user come one after the other; those of different users at the same time.</summary>
    /// <param name="happened">What, to whom, when. It names people: it is for the developer's eyes, not for logs.</param>
    void OnEvent(TurnEvent happened);
}
