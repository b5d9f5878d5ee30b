import { Dialog } from "../ui/Dialog";
import { TestForm } from "./TestForm";

export function NewDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="New load test" onClose={onClose}>
      <TestForm onStarted={onClose} />
    </Dialog>
  );
}
