// The page's side: Streamlit hands over data, and is told what was chosen.

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const root = parentElement.querySelector(".comparison")
  root.classList.toggle("dark", isDark(root))
  mount(root, data, (choice) => setStateValue("choice", { ...choice, token: data.token }))
}
